import { useState } from 'react';
import type { LogHit } from '@shared/consoles/logs.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { Empty } from '../../ui/empty.js';
import { ErrorNote } from '../../ui/note.js';
import { RunComparison } from './run-comparison.js';
import { RunDetail } from './run-detail.js';
import { RunList } from './run-list.js';
import { RunSearch } from './run-search.js';
import { useRuns } from './use-runs.js';
import '../../ui/page.css';
import '../../ui/table.css';
import './runs.css';

/** What the Runs tab takes. */
export interface RunsTabProps {
  vm: VmView;
  /** Shows a line that was searched for where it stands, in its console. */
  onShowHit: (hit: LogHit, text: string) => void;
}

/** The kept runs of a machine: listed, searched, looked at, compared, exported, removed. */
export function RunsTab({ vm, onShowHit }: RunsTabProps) {
  const [removed, setRemoved] = useState(0);
  const outcome = useRuns(vm, removed);
  const [chosen, setChosen] = useState<number | null>(null);
  const [beside, setBeside] = useState<number | null>(null);
  const [sought, setSought] = useState('');
  if (!outcome) return null;
  if (!outcome.ok)
    return (
      <div className="page narrow">
        <ErrorNote error={outcome.error} />
      </div>
    );
  const { runs } = outcome.value;
  const run = runs.find(({ number }) => number === chosen) ?? runs[0];
  const other = runs.find(({ number }) => number === beside);
  if (!run)
    return (
      <div className="page">
        <Empty title="No runs yet">
          <p>Each start is kept here with its console output, its events and the way it ended.</p>
        </Empty>
      </div>
    );
  return (
    <div className="runs">
      <div className="runside">
        <RunSearch
          vmId={vm.id}
          sought={sought}
          onSeek={setSought}
          onShow={(hit) => onShowHit(hit, sought.trim())}
        />
        {sought.trim() === '' && (
          <RunList
            runs={runs}
            chosen={run.number}
            onChoose={(number) => {
              setChosen(number);
              setBeside(null);
            }}
          />
        )}
      </div>
      <div className="page rundetail">
        {other ? (
          <RunComparison
            vmId={vm.id}
            a={other.number < run.number ? other : run}
            b={other.number < run.number ? run : other}
            back={`run ${run.number}`}
            onClose={() => setBeside(null)}
          />
        ) : (
          <RunDetail
            key={run.number}
            vm={vm}
            run={run}
            others={runs.filter(({ number }) => number !== run.number)}
            onCompare={setBeside}
            onRemoved={() => {
              setChosen(null);
              setRemoved(removed + 1);
            }}
          />
        )}
      </div>
    </div>
  );
}
