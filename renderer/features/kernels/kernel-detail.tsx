import { useState, type ReactNode } from 'react';
import {
  abilities,
  abilityChanges,
  abilityChangeText,
  abilityGroups,
  abilityIds,
  whyAnswer,
  type AbilityId,
  type Answer,
} from '@shared/kernels/abilities.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Built } from '@shared/kernels/build-wish.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { isNommu, nommuLimits } from '@shared/kernels/nommu.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { ConfirmButton } from '../../ui/confirm-button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { CheckIcon, CloseIcon, LayersIcon, LogIcon, PlusIcon, TrashIcon } from '../../ui/icons.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';
import { BuildAgain } from './build/build-again.js';
import { BuiltFacts } from './build/built-facts.js';
import { sourceText } from './kernel-words.js';
import { KernelConfigView } from './kernel-config-view.js';
import '../../ui/page.css';

/** What can be done about a kernel that only the window knows. */
export interface KernelDeeds {
  newMachine: (kernel: Kernel) => void;
  showMachine: (vmId: string) => void;
  copy: (text: string) => Promise<void>;
  /** Shows what a kernel was built of, to build another like it. */
  buildLike: (how: Built) => void;
}

/** What the detail takes. */
interface KernelDetailProps {
  kernel: Kernel;
  others: readonly Kernel[];
  users: readonly VmView[];
  /** All machines. */
  vms: readonly VmView[];
  stateIcon: (vm: VmView) => ReactNode;
  deeds: KernelDeeds;
}

/** One kernel: where it is from, who uses it, what it can do and why not, and how it differs from another. */
export function KernelDetail({ kernel, others, users, vms, stateIcon, deeds }: KernelDetailProps) {
  const { version, path, library } = kernel;
  const [error, setError] = useState<PaddockError | null>(null);
  const [isConfigShown, setIsConfigShown] = useState(false);
  const remove = async (): Promise<void> => {
    const outcome = await callHost('kernels.remove', { path });
    setError(outcome.ok ? null : outcome.error);
  };
  return (
    <>
      <header className="kernelhead">
        <h2 className="big">Linux {version}</h2>
        <span className="row end">
          {library?.how.kind === 'built' && <BuildAgain kernel={kernel} vms={vms} onError={setError} />}
          <Button icon={<PlusIcon />} onClick={() => deeds.newMachine(kernel)}>
            New machine with it…
          </Button>
          <Button
            variant="quiet"
            icon={<LogIcon />}
            aria-pressed={isConfigShown}
            onClick={() => setIsConfigShown(!isConfigShown)}
          >
            {isConfigShown ? 'Hide configuration' : 'Configuration'}
          </Button>
          {library !== null && (
            <ConfirmButton
              variant="quiet"
              icon={<TrashIcon />}
              reason={users.length > 0 ? `${plural(users.length, 'machine')} would have none.` : null}
              confirm={library.how.kind === 'file' ? 'Forget it; the file stays' : 'Remove it for good'}
              onConfirmed={() => void remove()}
            >
              Remove
            </ConfirmButton>
          )}
        </span>
      </header>
      <div className="page kernelpage">
        {error && <ErrorNote error={error} />}
        <dl className="kv kernelfacts">
          <dt>File</dt>
          <dd className="mono xs kernelpath">
            {path}
            <CopyButton aria-label="Copy the path" write={() => deeds.copy(path)}>
              {null}
            </CopyButton>
          </dd>
          <Origin kernel={kernel} />
          <dt>Symbols</dt>
          <dd>
            {kernel.hasDebugInfo
              ? 'with debug information'
              : kernel.hasSymbols
                ? 'names of functions, no source lines'
                : 'none: stripped'}
          </dd>
          <dt>Used by</dt>
          <dd>
            {users.length === 0 ? (
              <span className="ter">no machine</span>
            ) : (
              <span className="kernelusers">
                {users.map((vm) => (
                  <button
                    key={vm.id}
                    type="button"
                    className="kerneluser"
                    onClick={() => deeds.showMachine(vm.id)}
                  >
                    {stateIcon(vm)} {vm.name}
                  </button>
                ))}
              </span>
            )}
          </dd>
        </dl>
        {library?.how.kind === 'built' && <BuiltFacts how={library.how} onChange={deeds.buildLike} />}
        {isConfigShown && <KernelConfigView path={path} />}
        {isNommu(kernel) && (
          <Note level="warn">
            <b>This kernel has no memory protection (no MMU).</b>
            <ul className="kernellimits">
              {nommuLimits.map(({ title, text }) => (
                <li key={title}>
                  <b>{title}.</b> {text}
                </li>
              ))}
            </ul>
          </Note>
        )}
        <Comparison kernel={kernel} others={others} />
        <div className="kernelgroups">
          {abilityGroups.map((group) => (
            <section key={group} className="card" aria-label={group}>
              <header>
                <h3>{group}</h3>
              </header>
              <ul className="abilities">
                {abilityIds
                  .filter((id) => abilities[id].group === group)
                  .map((id) => (
                    <AbilityRow key={id} id={id} kernel={kernel} />
                  ))}
              </ul>
            </section>
          ))}
        </div>
      </div>
    </>
  );
}

function Origin({ kernel: { library, glibc } }: { kernel: Kernel }) {
  const how = library?.how;
  return (
    <>
      <dt>From</dt>
      <dd>
        {how === undefined && 'this computer'}
        {how?.kind === 'debian' && (
          <>
            Debian {how.suite}, package {how.packageVersion}, signature checked
          </>
        )}
        {how?.kind === 'built' && <>built here from {sourceText(how)}</>}
        {how?.kind === 'file' && 'a file that was added; it stays where it is'}
      </dd>
      <dt>C library</dt>
      <dd>
        {glibc === null
          ? 'none needed'
          : how?.kind === 'debian' && how.libc !== null
            ? `needs glibc ${glibc}; has ${how.libc} beside it`
            : `needs glibc ${glibc}, which this computer has`}
      </dd>
    </>
  );
}

const marks: Readonly<Record<Answer, ReactNode>> = {
  yes: <CheckIcon size="s" />,
  module: <LayersIcon size="s" />,
  no: <CloseIcon size="s" />,
  unknown: <span aria-hidden="true">?</span>,
};
const spoken: Readonly<Record<Answer, string>> = {
  yes: 'yes',
  module: 'as a module',
  no: 'no',
  unknown: 'not told',
};

function AbilityRow({ id, kernel }: { id: AbilityId; kernel: Kernel }) {
  const answer = kernel.answers[id];
  const why = whyAnswer(id, answer, kernel.answers);
  return (
    <li className={`ability ${answer}`}>
      <span className="abilitymark" role="img" aria-label={spoken[answer]}>
        {marks[answer]}
      </span>
      <span>
        {abilities[id].title}
        {answer === 'module' && <span className="xs ter"> module</span>}
      </span>
      {answer !== 'module' && why !== '' && <span className="xs ter abilitywhy">{why}</span>}
    </li>
  );
}

/** Transports of network cards that only one of two has. */
function transportChanges(kernel: Kernel, other: Kernel): string[] {
  const only = (a: Kernel, b: Kernel): string =>
    (a.transports ?? []).filter((one) => b.transports?.includes(one) === false).join(', ');
  const [gone, won] = [only(kernel, other), only(other, kernel)];
  return [
    ...(gone === '' ? [] : [`Network transports that ${other.version} hasn’t got: ${gone}`]),
    ...(won === '' ? [] : [`Network transports that ${other.version} has besides: ${won}`]),
  ];
}

const NONE = '';

function Comparison({ kernel, others }: { kernel: Kernel; others: readonly Kernel[] }) {
  const [with_, setWith] = useState(NONE);
  const other = others.find(({ path }) => path === with_);
  const changes = other ? abilityChanges(kernel.answers, other.answers) : [];
  if (others.length === 0) return null;
  return (
    <section className="kernelcompare" aria-label="Comparison">
      <SelectField
        label="Compare with"
        value={with_}
        choices={[
          { value: NONE, title: 'none' },
          ...others.map(({ path, version }) => ({ value: path, title: version, text: path })),
        ]}
        onChange={setWith}
      />
      {other &&
        (changes.length === 0 && transportChanges(kernel, other).length === 0 ? (
          <p className="sec">They can do the same.</p>
        ) : (
          <ul className="kernelchanges">
            {[...transportChanges(kernel, other)].map((text) => (
              <li key={text}>{text}</li>
            ))}
            {changes.map((change) => (
              <li key={change.id}>{abilityChangeText(change)}</li>
            ))}
          </ul>
        ))}
    </section>
  );
}
