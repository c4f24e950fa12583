import { useMemo, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Job } from '@shared/jobs/job.js';
import { countText } from '@shared/testruns/count-words.js';
import { anyBad, flatten, totalOf, type Counts, type Results } from '@shared/testruns/test-node.js';
import type { TestRun } from '@shared/testruns/test-run.js';
import { bridge } from '../../lib/bridge.js';
import { formatBetween, formatBytes, formatMoment, plural } from '../../lib/format.js';
import { visibleLine, visibleLines } from '../../lib/visible-text.js';
import { callHost } from '../../stores/connection-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { ConfirmButton } from '../../ui/confirm-button.js';
import { Empty } from '../../ui/empty.js';
import { TextField } from '../../ui/field.js';
import {
  ChevronDownIcon,
  CloseIcon,
  CompareIcon,
  ExportIcon,
  RestartIcon,
  TrashIcon,
} from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { Segmented } from '../../ui/segmented.js';
import { TestComparison } from './test-comparison.js';
import { TestLog } from './test-log.js';
import { TestTree } from './test-tree.js';
import { endWords, fileName, kernelWords, specWords } from './test-words.js';
import { treeRows, type StateFilter } from './tree-rows.js';

/** What a run in full takes. */
interface TestRunDetailProps {
  run: TestRun;
  job: Job | undefined;
  others: readonly TestRun[];
  onBegun: (id: string) => void;
}

const nothing: Results = { tests: [], planned: null, problems: [] };
const PROBLEMS_SHOWN = 5;

/** A run of tests: how it went, its tests with their logs, and what can be done with it. */
export function TestRunDetail({ run, job, others, onBegun }: TestRunDetailProps) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [written, setWritten] = useState<{ path: string; bytes: number } | null>(null);
  const [besideId, setBesideId] = useState<string | null>(null);
  const beside = others.find(({ id }) => id === besideId);
  // Asked again whenever more was heard.
  const answer = useAnswer('testRuns.read', { id: run.id }, `${run.lines} ${run.endedAt}`);
  const results = answer?.ok ? answer.value.results : nothing;
  const goesOn = run.endedAt === null;
  const again = async (failedOnly: boolean): Promise<void> => {
    const outcome = await callHost('testRuns.again', { id: run.id, failedOnly });
    setError(outcome.ok ? null : outcome.error);
    if (outcome.ok) onBegun(outcome.value.id);
  };
  const save = async (form: 'json' | 'ktap'): Promise<void> => {
    const path = await bridge.files.askWhereToSave(fileName(run, form === 'json' ? 'json' : 'ktap'));
    if (path === null) return;
    const outcome = await callHost('testRuns.save', { id: run.id, form, path });
    setError(outcome.ok ? null : outcome.error);
    setWritten(outcome.ok ? outcome.value : null);
  };
  const ask = async (deed: 'cancel' | 'remove'): Promise<void> => {
    const outcome =
      deed === 'cancel'
        ? await callHost('jobs.cancel', { id: run.jobId })
        : await callHost('testRuns.remove', { id: run.id });
    setError(outcome.ok ? null : outcome.error);
  };
  const why = goesOn ? 'It goes on.' : null;
  return (
    <div className="testrun">
      <header className="testhead">
        <div className="col grow testtitle">
          <h2 className="ell">{visibleLine(run.title)}</h2>
          <span className="xs ter ell" title={visibleLine(specWords(run.spec))}>
            {run.spec.kind !== 'kernel' && `${kernelWords(run)} · `}
            {formatMoment(run.startedAt)}
            {run.endedAt !== null &&
              run.ended !== 'lost' &&
              ` · ${formatBetween(run.startedAt, run.endedAt)}`}
            {' · '}
            {visibleLine(specWords(run.spec))}
            {run.globs.length > 0 && ` · only ${visibleLine(run.globs.join(', '))}`}
          </span>
        </div>
        <span className="row wrap">
          {goesOn ? (
            <Button icon={<CloseIcon />} onClick={() => void ask('cancel')}>
              Cancel
            </Button>
          ) : (
            <>
              <Button
                variant="primary"
                icon={<RestartIcon />}
                reason={anyBad(run.counts) ? null : 'Nothing failed.'}
                onClick={() => void again(true)}
              >
                Run failed again
              </Button>
              <Button icon={<RestartIcon />} onClick={() => void again(false)}>
                Run again
              </Button>
            </>
          )}
          <CompareMenu others={others} reason={why} onCompare={setBesideId} />
          <Menu
            trigger={
              <Button icon={<ExportIcon />}>
                Save <ChevronDownIcon size="s" />
              </Button>
            }
          >
            <MenuItem
              title="Results as JSON"
              text="suites, cases, times"
              onChoose={() => void save('json')}
            />
            <MenuItem title="Output" text="KTAP, as it was received" onChoose={() => void save('ktap')} />
          </Menu>
          <ConfirmButton
            variant="quiet"
            icon={<TrashIcon />}
            confirm="Remove this run"
            reason={why}
            onConfirmed={() => void ask('remove')}
          >
            Remove
          </ConfirmButton>
        </span>
      </header>
      <Remarks run={run} job={job} results={results} error={error} written={written} />
      {beside ? (
        <TestComparison before={beside} after={run} onClose={() => setBesideId(null)} />
      ) : (
        <Tests run={run} results={results} />
      )}
    </div>
  );
}

interface RemarksProps extends Pick<TestRunDetailProps, 'run' | 'job'> {
  results: Results;
  error: PaddockError | null;
  written: { path: string; bytes: number } | null;
}

/** How it stands, and what is not as it should be. */
function Remarks({ run, job, results, error, written }: RemarksProps) {
  const { problems } = results;
  return (
    <div className="testremarks">
      <CountBar counts={run.counts} />
      <p className="num" role="status">
        <b className="med">{countText(run.counts)}</b>
        {endWords(run) !== '' && <span className="ter"> · {endWords(run)}</span>}
        {run.isCut && <span className="ter"> · there was more output than is read</span>}
      </p>
      {run.endedAt === null && job && (
        <div className="row testjob">
          <span className="ell sec">
            {job.steps.find((step) => step.state === 'now')?.title ?? job.title}
            {job.detail !== '' && `: ${visibleLine(job.detail)}`}
          </span>
          <ProgressBar value={job.progress} label={job.title} />
        </div>
      )}
      {error && <ErrorNote error={error} />}
      {job?.error && <ErrorNote error={job.error} />}
      {written && (
        <Note>
          Written to <span className="mono">{written.path}</span>, {formatBytes(written.bytes)}.
        </Note>
      )}
      {run.why !== null && !job?.error && <Note level="warn">{visibleLines(run.why)}</Note>}
      {problems.length > 0 && (
        <Note level="warn">
          {problems.slice(0, PROBLEMS_SHOWN).map(({ line, text }) => (
            <p key={`${line} ${text}`}>
              {visibleLine(text)} <span className="ter xs">line {line + 1}</span>
            </p>
          ))}
          {problems.length > PROBLEMS_SHOWN && (
            <p>And {plural(problems.length - PROBLEMS_SHOWN, 'more', 'more')}.</p>
          )}
        </Note>
      )}
    </div>
  );
}

const parts = [
  ['failed', 'err'],
  ['crashed', 'err'],
  ['broken', 'warn'],
  ['missing', 'warn'],
  ['skipped', 'skip'],
  ['expected', 'skip'],
  ['running', 'now'],
  ['passed', 'ok'],
] as const;

/** All tests as one bar. */
function CountBar({ counts }: { counts: Counts }) {
  if (totalOf(counts) === 0) return null;
  return (
    <div className="countbar" aria-hidden="true">
      {parts.map(
        ([key, tone]) =>
          counts[key] > 0 && <i key={key} className={tone} style={{ flexGrow: counts[key] }} />,
      )}
    </div>
  );
}

function Tests({ run, results }: { run: TestRun; results: Results }) {
  const [words, setWords] = useState('');
  const [state, setState] = useState<StateFilter>('all');
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [selected, setSelected] = useState<string | null>(null);
  const rows = useMemo(
    () => treeRows(results.tests, { words, state, folds }),
    [results, words, state, folds],
  );
  const test = useMemo(
    () => flatten(results.tests).find(({ path }) => path === selected)?.test ?? null,
    [results, selected],
  );
  const { counts } = run;
  const bad = counts.failed + counts.broken + counts.crashed;
  return (
    <div className="testbody">
      <div className="testside">
        <div className="testfilter">
          <TextField
            label="Filter tests"
            placeholder="words of a suite or a case"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          <Segmented
            label="Which tests"
            value={state}
            choices={[
              { value: 'all', title: 'All' },
              { value: 'bad', title: `Bad ${bad}` },
              { value: 'skipped', title: `Skipped ${counts.skipped}` },
              { value: 'passed', title: `Passed ${counts.passed + counts.expected}` },
            ]}
            onChange={setState}
          />
        </div>
        {rows.length > 0 ? (
          <TestTree
            rows={rows}
            selected={selected}
            onSelect={setSelected}
            onFold={(path, isOpen) => setFolds(new Map([...folds, [path, isOpen]]))}
          />
        ) : (
          <Empty title={results.tests.length === 0 ? 'No results yet' : 'No test fits'} level={3}>
            <p>
              {results.tests.length === 0
                ? run.endedAt === null
                  ? 'They appear here one by one.'
                  : 'Nothing was printed that is a test’s result.'
                : 'Take words away, or choose All.'}
            </p>
          </Empty>
        )}
      </div>
      <TestLog run={run} test={test} />
    </div>
  );
}

interface CompareMenuProps {
  others: readonly TestRun[];
  reason: string | null;
  onCompare: (id: string) => void;
}

function CompareMenu({ others, reason, onCompare }: CompareMenuProps) {
  const ended = others.filter(({ endedAt }) => endedAt !== null);
  const why = reason ?? (ended.length === 0 ? 'There is no other run to compare it with.' : null);
  if (why !== null)
    return (
      <Button icon={<CompareIcon />} reason={why}>
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
      {ended.slice(0, 20).map((other) => (
        <MenuItem
          key={other.id}
          title={`${visibleLine(other.title, 60)}, ${formatMoment(other.startedAt)}`}
          text={`${kernelWords(other)}, ${countText(other.counts)}`}
          onChoose={() => onCompare(other.id)}
        />
      ))}
    </Menu>
  );
}
