import type { KeyboardEvent } from 'react';
import type { Job } from '@shared/jobs/job.js';
import { countText } from '@shared/testruns/count-words.js';
import { anyBad, type Outcome } from '@shared/testruns/test-node.js';
import type { TestRun } from '@shared/testruns/test-run.js';
import { formatDay } from '../../lib/format.js';
import { visibleLine } from '../../lib/visible-text.js';
import { classNames } from '../../ui/class-names.js';
import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { PlayIcon } from '../../ui/icons.js';
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
    <div className="testruns">
      <div
        className="testrunlist"
        role="listbox"
        aria-label="Runs of tests"
        tabIndex={-1}
        onKeyDown={moveInList}
      >
        {all.map((one) => (
          <button
            key={one.id}
            type="button"
            className={classNames('testrunrow in', one.id === run.id && 'on')}
            role="option"
            aria-selected={one.id === run.id}
            tabIndex={one.id === run.id ? 0 : -1}
            onClick={() => onSelect(one.id)}
          >
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
          </button>
        ))}
      </div>
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

/** Arrow keys, Home and End move the choice. */
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
