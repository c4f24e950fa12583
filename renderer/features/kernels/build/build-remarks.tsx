import { useMemo, useRef, type ReactNode } from 'react';
import { BuildTally } from '@shared/kernels/build-output.js';
import { plural } from '../../../lib/format.js';
import './build.css';

/** What the list takes: the log of a build. */
interface BuildRemarksProps {
  lines: readonly string[];
  /** Number of the first of them. */
  first: number;
}

/** More would be a log of its own, and that is below. */
const SHOWN = 200;
const NOT_TAKEN = /^Not taken: /;
const MAKE = /^\$ nice .*? make -C '?([^' ]+)'? /;

/** What a build warned of, with file and line, and the lines of the fragment that were not taken. */
export function BuildRemarks({ lines, first }: BuildRemarksProps) {
  const kept = useRef({ tally: new BuildTally(null, ''), lost: [] as string[], read: 0 });
  const { warnings, lost } = useMemo(() => {
    // Each line is read once: there are thousands, ten times a second.
    const own = kept.current;
    for (const line of lines.slice(Math.max(0, own.read - first))) {
      const tree = MAKE.exec(line)?.[1];
      if (tree !== undefined && own.tally.lines === 0) own.tally = new BuildTally(null, tree);
      if (NOT_TAKEN.test(line)) own.lost.push(line.replace(NOT_TAKEN, ''));
      else own.tally.add(line);
    }
    own.read = Math.max(own.read, first + lines.length);
    return { warnings: [...own.tally.warnings], lost: [...own.lost] };
  }, [lines, first]);
  if (warnings.length === 0 && lost.length === 0) return null;
  return (
    <div className="kremarks">
      {warnings.length > 0 && (
        <Remarks title={plural(warnings.length, 'warning')}>
          {warnings.slice(0, SHOWN).map(({ file, line, text }) => (
            <li key={`${file} ${line} ${text}`}>
              {file !== null && (
                <code className="mono xs">
                  {file}:{line}
                </code>
              )}{' '}
              <span className="xs sec">{text}</span>
            </li>
          ))}
        </Remarks>
      )}
      {lost.length > 0 && (
        <Remarks title={`${plural(lost.length, 'line')} of the fragment not taken`}>
          {lost.map((text) => (
            <li key={text} className="xs sec">
              {text}
            </li>
          ))}
        </Remarks>
      )}
    </div>
  );
}

/** A list that is folded until somebody wants it, and scrolls when it is long. */
export function Remarks({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="kremark">
      <summary>{title}</summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard has to reach it */}
      <div className="kremarklist" role="region" aria-label={title} tabIndex={0}>
        <ul>{children}</ul>
      </div>
    </details>
  );
}
