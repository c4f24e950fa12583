import { useState } from 'react';
import type { Foreign, ForeignAction } from '@shared/vms/foreign.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { shellText } from '@shared/vms/command-line.js';
import { bridge } from '../../lib/bridge.js';
import { formatMoment } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { CommandBlock } from '../../ui/command-block.js';
import { CopyButton } from '../../ui/copy-button.js';
import { PauseIcon, PlayIcon, PowerIcon, StopIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { ForeignConsole } from './foreign-console.js';
import { foreignStateName, foreignStateShape } from './foreign-words.js';
import { StateIcon } from './state-icon.js';
import './foreign-page.css';
import './machine-bar.css';
import '../../ui/page.css';

/** What the page takes. */
export interface ForeignPageProps {
  foreign: Foreign;
  /** It is a machine of Paddock's from now on. */
  onAdopted: (vmId: string) => void;
}

const silent = 'Its kernel does not answer.';

/** A machine that Paddock didn't start: what it is, what can be done to it, and how it becomes one of Paddock's. */
export function ForeignPage({ foreign, onAdopted }: ForeignPageProps) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [pending, setPending] = useState<ForeignAction | null>(null);
  const act = async (action: ForeignAction): Promise<void> => {
    setPending(action);
    setError(null);
    const outcome = await callHost('foreign.act', { id: foreign.id, action });
    setPending(null);
    if (!outcome.ok) setError(outcome.error);
    else if (outcome.value.vmId !== null) onAdopted(outcome.value.vmId);
  };
  const { umid, umlDir, pid, kernelVersion, startedAt, argv, cwd, state } = foreign;
  const busy = pending === null ? null : 'It is being asked.';
  const needsAnswer = state === 'silent' ? silent : busy;
  return (
    <>
      <header className="mbar">
        <StateIcon state={foreignStateShape(state)} />
        <h1 className="ell" title={umid}>
          {umid}
        </h1>
        <span className="badge">Not Paddock’s</span>
        <span className="end row actions">
          {state === 'paused' ? (
            <Button
              variant="quiet"
              collapses
              aria-label="Resume"
              icon={<PlayIcon />}
              reason={needsAnswer}
              onClick={() => void act('resume')}
            >
              Resume
            </Button>
          ) : (
            <Button
              variant="quiet"
              collapses
              aria-label="Pause"
              icon={<PauseIcon />}
              reason={needsAnswer}
              onClick={() => void act('pause')}
            >
              Pause
            </Button>
          )}
          <Button
            variant="quiet"
            collapses
            aria-label="Halt"
            icon={<StopIcon />}
            reason={needsAnswer}
            onClick={() => void act('halt')}
          >
            Halt
          </Button>
          <Button
            collapses
            aria-label="Force off"
            icon={<PowerIcon />}
            reason={busy}
            onClick={() => void act('force')}
          >
            Force off
          </Button>
        </span>
      </header>
      <div className="page narrow">
        <div className="foreign">
          {error && <ErrorNote error={error} />}
          <section className="card foreignadopt" aria-label="Adopt">
            <div>
              <h2>Started outside Paddock</h2>
              <p className="sec">
                Adopted, it goes on running, stands among your machines and can be started again from here;
                its disks stay where they are.
              </p>
            </div>
            <Button variant="primary" reason={needsAnswer} onClick={() => void act('adopt')}>
              {pending === 'adopt' ? 'Adopting…' : 'Adopt'}
            </Button>
          </section>
          <dl className="kv facts">
            <dt>State</dt>
            <dd>{foreignStateName(state)}</dd>
            <dt>Umid</dt>
            <dd>
              <span className="mono">{umid}</span> in <span className="mono">{umlDir}</span>
            </dd>
            <dt>Process</dt>
            <dd className="num">{pid}</dd>
            <dt>Kernel</dt>
            <dd>{kernelVersion === '' ? 'It has not said.' : kernelVersion}</dd>
            <dt>Started</dt>
            <dd>
              {formatMoment(startedAt)} in <span className="mono">{cwd}</span>
            </dd>
          </dl>
          <div className="row sectionhead">
            <h3>Command line</h3>
            <span className="end">
              <CopyButton className="edge" write={() => bridge.clipboard.writeText(shellText(argv))} />
            </span>
          </div>
          <CommandBlock lines={argv.map((word) => [word])} />
          <ForeignConsole id={foreign.id} reason={state === 'silent' ? silent : null} />
        </div>
      </div>
    </>
  );
}
