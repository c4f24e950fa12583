import type { KeyboardEvent } from 'react';
import type { RunSummary } from '@shared/vms/run.js';
import { formatBytes, formatMoment } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import { visibleLine } from '../../lib/visible-text.js';
import { runEndWords, runLength } from './run-words.js';

/** What the list of runs takes. */
export interface RunListProps {
  runs: readonly RunSummary[];
  chosen: number;
  onChoose: (number: number) => void;
}

/** The kept runs, newest first: how each ended, when it began, how long it took. */
export function RunList({ runs, chosen, onChoose }: RunListProps) {
  const now = useNow(
    1000,
    runs.some((run) => run.end === null),
  );
  return (
    <div className="runlist" role="listbox" aria-label="Runs" tabIndex={-1} onKeyDown={moveInList}>
      {runs.map((run) => {
        const { text, isBad } = runEndWords(run);
        return (
          <button
            key={run.number}
            type="button"
            className="runrow in"
            role="option"
            aria-selected={run.number === chosen}
            tabIndex={run.number === chosen ? 0 : -1}
            onClick={() => onChoose(run.number)}
          >
            <span className="num runnumber">{run.number}</span>
            <span className={isBad ? 'ell bad' : 'ell'} title={visibleLine(text)}>
              {visibleLine(text, 120)}
            </span>
            <span className="num ter">{runLength(run, now)}</span>
            <span className="xs ter ell num">
              {formatMoment(run.startedAt)} · {run.kernelVersion} · {formatBytes(run.logBytes)} of log
            </span>
          </button>
        );
      })}
    </div>
  );
}

/** Arrow keys, Home and End move the choice, as in the list of machines. */
function moveInList(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=option]')];
  const here = rows.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (here < 0 || next === undefined) return;
  event.preventDefault();
  const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
  row?.focus();
  row?.click();
}
