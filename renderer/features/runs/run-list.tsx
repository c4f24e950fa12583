import type { RunSummary } from '@shared/vms/run.js';
import { formatBytes, formatMoment } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import { visibleLine } from '../../lib/visible-text.js';
import { PickList, PickRow } from '../../ui/pick-list.js';
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
    <PickList label="Runs" className="runlist">
      {runs.map((run) => {
        const { text, isBad } = runEndWords(run);
        return (
          <PickRow
            key={run.number}
            className="runrow"
            isPicked={run.number === chosen}
            onPick={() => onChoose(run.number)}
          >
            <span className="num runnumber">{run.number}</span>
            <span className={isBad ? 'ell bad' : 'ell'} title={visibleLine(text)}>
              {visibleLine(text, 120)}
            </span>
            <span className="num ter">{runLength(run, now)}</span>
            <span className="xs ter ell num">
              {formatMoment(run.startedAt)} · {run.kernelVersion} · {formatBytes(run.logBytes)} of log
            </span>
          </PickRow>
        );
      })}
    </PickList>
  );
}
