import type { Job } from '@shared/jobs/job.js';
import { countText } from '@shared/testruns/count-words.js';
import { anyBad, type Outcome } from '@shared/testruns/test-node.js';
import type { TestRun } from '@shared/testruns/test-run.js';
import { formatDay } from '../../lib/format.js';
import { visibleLine } from '../../lib/visible-text.js';
import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { PlayIcon } from '../../ui/icons.js';
import { PickList, PickRow } from '../../ui/pick-list.js';
import { OutcomeMark } from './outcome-mark.js';
import { TestRunDetail } from './test-run-detail.js';
import { endWords, kernelWords } from './test-words.js';
import './testruns.css';

/** What the page takes. */
interface TestRunsPageProps {
  runs: Readonly<Record<string, TestRun>>;
  jobs: Readonly<Record<string, Job>>;
  /** Null: the newest one. */
  selected: string | null;
  onSelect: (id: string) => void;
  onStart: () => void;
}

/** Runs of tests, the newest first, and beside them the selected one. */
export function TestRunsPage({ runs, jobs, selected, onSelect, onStart }: TestRunsPageProps) {
  const all = Object.values(runs).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  const run = all.find(({ id }) => id === selected) ?? all[0];
  if (!run)
    return (
      <div className="page">
        <Empty title="No tests were run yet" level={2}>
          <p>
            A kernel with KUnit tests itself; kunit.py of a source tree builds one. A machine runs kselftest,
            LTP, or whatever prints KTAP.
          </p>
          <Button icon={<PlayIcon />} onClick={onStart}>
            Run tests…
          </Button>
        </Empty>
      </div>
    );
  return (
    <div className="pickplace">
      <PickList label="Runs of tests" className="picklist testrunlist">
        {all.map((one) => (
          <PickRow key={one.id} isPicked={one.id === run.id} onPick={() => onSelect(one.id)}>
            <OutcomeMark outcome={outcomeOf(one)} />
            <span className="col grow">
              <span className="row">
                <b className="med ell">{visibleLine(one.title)}</b>
                <span className="xs ter num end nowrap">{formatDay(one.startedAt)}</span>
              </span>
              <span className="xs ter ell">
                {[one.spec.kind === 'kernel' ? '' : kernelWords(one), countText(one.counts), endWords(one)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
          </PickRow>
        ))}
      </PickList>
      <TestRunDetail
        key={run.id}
        run={run}
        job={jobs[run.jobId]}
        others={all.filter((one) => one !== run)}
        onBegun={onSelect}
      />
    </div>
  );
}

/** A run as one outcome. */
function outcomeOf(run: TestRun): Outcome {
  if (run.endedAt === null) return 'running';
  if (run.ended === 'failed' || run.ended === 'time') return 'crashed';
  if (run.ended !== 'done') return 'skipped';
  return anyBad(run.counts) ? 'failed' : 'passed';
}
