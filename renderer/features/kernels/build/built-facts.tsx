import { formatDuration } from '@shared/amounts.js';
import { buildOptions } from '@shared/kernels/build-options.js';
import { SMALLEST, TREES_OWN, type Built } from '@shared/kernels/build-wish.js';
import { plural } from '../../../lib/format.js';
import { LinkButton } from '../../../ui/link-button.js';
import { Remarks } from './build-remarks.js';
import './build.css';

/** How a kernel was built, and what of the wish did not come true. */
export function BuiltFacts({ how, onChange }: { how: Built; onChange: (how: Built) => void }) {
  const lines = how.fragment.split('\n').filter((line) => line.trim() !== '').length;
  const words = [
    how.options.map((id) => buildOptions[id].title).join(', '),
    ...(lines === 0 ? [] : [plural(lines, 'own line')]),
  ].filter((text) => text !== '');
  return (
    <section className="kbuilt" aria-label="How it was built">
      <dl className="kv kernelfacts">
        <dt>Started from</dt>
        <dd>{baseText(how.defconfig)}</dd>
        <dt>With</dt>
        <dd>{words.length === 0 ? 'nothing besides' : words.join(', and ')}</dd>
        <dt>Compiler</dt>
        <dd>{how.compiler}</dd>
        <dt>Build</dt>
        <dd className="num">
          took {formatDuration(how.seconds * 1000)},{' '}
          {how.warnings === 0 ? 'no warnings' : plural(how.warnings, 'warning')}
        </dd>
      </dl>
      {how.lost.length > 0 && (
        <Remarks title={`${plural(how.lost.length, 'line')} not taken`}>
          {how.lost.map(({ option, wanted, why }) => (
            <li key={option}>
              <code className="mono xs">
                CONFIG_{option}={wanted}
              </code>{' '}
              <span className="xs ter">{why}</span>
            </li>
          ))}
        </Remarks>
      )}
      <p className="xs">
        <LinkButton onClick={() => onChange(how)}>Build another like it…</LinkButton>
      </p>
    </section>
  );
}

function baseText(defconfig: string): string {
  if (defconfig === TREES_OWN) return 'the tree’s own defconfig';
  return defconfig === SMALLEST ? 'the smallest (allnoconfig)' : defconfig;
}
