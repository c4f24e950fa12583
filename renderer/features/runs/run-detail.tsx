import { useState } from 'react';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { shellText } from '@shared/vms/command-line.js';
import type { RunSummary } from '@shared/vms/run.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { formatBetween, formatBytes, formatMoment, plural } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import { visibleLine } from '../../lib/visible-text.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { CommandBlock } from '../../ui/command-block.js';
import { ConfirmButton } from '../../ui/confirm-button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { ChevronDownIcon, CompareIcon, ExportIcon, TrashIcon } from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { EventList } from './event-list.js';
import { runEndWords, runLength } from './run-words.js';
import { useRunEvents } from './use-runs.js';

/** What the details of a run take. */
export interface RunDetailProps {
  vm: VmView;
  run: RunSummary;
  /** Runs that it can be compared with. */
  others: readonly RunSummary[];
  onCompare: (number: number) => void;
  onRemoved: () => void;
}

/** One run: how it ended, its facts, its exact command, its events, and what can be done with it. */
export function RunDetail({ vm, run, others, onCompare, onRemoved }: RunDetailProps) {
  const isPresent = run.number === vm.runNumber;
  const events = useRunEvents(vm.id, run.number, isPresent ? vm.eventCount : 0);
  const [error, setError] = useState<PaddockError | null>(null);
  const [written, setWritten] = useState<{ path: string; bytes: number } | null>(null);

  const exportIt = async (): Promise<void> => {
    const path = await bridge.files.askWhereToSave(`${vm.name}-run-${run.number}.tar.gz`);
    if (path === null) return;
    const outcome = await callHost('runs.export', { id: vm.id, run: run.number, path });
    setError(outcome.ok ? null : outcome.error);
    setWritten(outcome.ok ? outcome.value : null);
  };
  const remove = async (): Promise<void> => {
    const outcome = await callHost('runs.delete', { id: vm.id, run: run.number });
    if (outcome.ok) onRemoved();
    else setError(outcome.error);
  };

  return (
    <>
      <div className="row wrap runhead">
        <h2>Run {run.number}</h2>
        <span className="end row wrap">
          <CompareMenu others={others} onCompare={onCompare} />
          <Button icon={<ExportIcon />} onClick={() => void exportIt()}>
            Export…
          </Button>
          <ConfirmButton
            icon={<TrashIcon />}
            confirm={`Delete run ${run.number} and its logs`}
            reason={run.end === null ? 'It goes on. Stop the machine first.' : null}
            onConfirmed={() => void remove()}
          >
            Delete run
          </ConfirmButton>
        </span>
      </div>
      {error && <ErrorNote error={error} />}
      {written && (
        <Note>
          Written to <span className="mono">{written.path}</span>, {formatBytes(written.bytes)}.
        </Note>
      )}
      <Ending run={run} />
      <Facts run={run} />
      <div className="row sectionhead">
        <h3>Command line</h3>
        <span className="ter xs">as it was started</span>
      </div>
      <CommandBlock
        lines={run.argv.map((word) => [word])}
        tools={<CopyButton write={() => bridge.clipboard.writeText(shellText(run.argv))} />}
      />
      <h3 className="runevents">Events</h3>
      <EventList events={events} end={run.end} />
    </>
  );
}

function CompareMenu({ others, onCompare }: Pick<RunDetailProps, 'others' | 'onCompare'>) {
  if (others.length === 0)
    return (
      <Button icon={<CompareIcon />} reason="There is no other run to compare it with.">
        Compare with
      </Button>
    );
  return (
    <Menu
      trigger={
        <Button icon={<CompareIcon />}>
          Compare with <ChevronDownIcon size="s" />
        </Button>
      }
    >
      {others.map((other) => (
        <MenuItem
          key={other.number}
          title={`Run ${other.number}`}
          text={`${formatMoment(other.startedAt)}, ${visibleLine(runEndWords(other).text, 80)}`}
          onChoose={() => onCompare(other.number)}
        />
      ))}
    </Menu>
  );
}

/** Why it ended, in one sentence, with what to do about it. */
function Ending({ run }: { run: RunSummary }) {
  if (!run.end) return <p className="sec runend">It goes on.</p>;
  const { sentence, fix } = stopReasonText(run.end.reason);
  return (
    <div className="runend">
      <p className={runEndWords(run).isBad ? 'med bad' : 'med'}>{visibleLine(sentence)}</p>
      {fix && <p className="sec">{fix}</p>}
    </div>
  );
}

function Facts({ run }: { run: RunSummary }) {
  const now = useNow(1000, run.end === null);
  const { end } = run;
  return (
    <dl className="kv facts">
      <dt>Started</dt>
      <dd>{formatMoment(run.startedAt)}</dd>
      <dt>{end ? 'Ended' : 'Up'}</dt>
      <dd>{end ? `${formatMoment(end.at)}, after ${runLength(run, now)}` : runLength(run, now)}</dd>
      {end && (
        <>
          <dt>Left with</dt>
          <dd>
            {end.signal ?? (end.exitCode === null ? 'nobody saw its exit code' : `exit code ${end.exitCode}`)}
          </dd>
        </>
      )}
      <dt>Kernel</dt>
      <dd>
        <span className="mono">{run.argv[0]}</span> {run.kernelVersion}
      </dd>
      <dt>Login prompt</dt>
      <dd>{run.loginAt ? `after ${formatBetween(run.startedAt, run.loginAt)}` : 'not seen'}</dd>
      {run.reboots > 0 && (
        <>
          <dt>Reboots</dt>
          <dd>{run.reboots}, in place</dd>
        </>
      )}
      {run.messages > 0 && (
        <>
          <dt>The guest said</dt>
          <dd>{plural(run.messages, 'message')}</dd>
        </>
      )}
      <dt>Console log</dt>
      <dd>{formatBytes(run.logBytes)}</dd>
    </dl>
  );
}
