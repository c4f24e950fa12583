import type { TestNode } from '@shared/testruns/test-node.js';
import type { TestRun } from '@shared/testruns/test-run.js';
import { visibleLines } from '../../lib/visible-text.js';
import { useAnswer } from '../../stores/use-answer.js';
import { ErrorNote } from '../../ui/note.js';

/** More lines of one test are not shown here; the whole output can be saved. */
const LINES_MAX = 1000;

/** What was printed while a test ran; without one, the end of the output. */
export function TestLog({ run, test }: { run: TestRun; test: TestNode | null }) {
  const [from, to] = test ? [test.from, test.to] : [Math.max(0, run.lines - LINES_MAX), run.lines];
  const count = Math.max(1, Math.min(LINES_MAX, to - from));
  const answer = useAnswer('testRuns.lines', { id: run.id, from, count });
  const title = test ? test.name : 'Output';
  return (
    <section className="testlog" aria-label={`Log of ${title}`}>
      <header className="row">
        <h3 className="ell">{visibleLines(title)}</h3>
        <span className="xs ter num nowrap end">
          {to > from ? `lines ${from + 1} to ${Math.min(to, from + count)}` : ''}
          {to - from > LINES_MAX && ` of ${to}`}
        </span>
      </header>
      {answer && !answer.ok && <ErrorNote error={answer.error} />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard has to reach it */}
      <pre className="mono xs in" tabIndex={0} role="region" aria-label="Lines">
        {answer?.ok && answer.value.lines.map((line, n) => <Line key={from + n} text={line} />)}
      </pre>
    </section>
  );
}

/** A line, with what says that something is wrong in red. */
function Line({ text }: { text: string }) {
  const isBad =
    /\bnot ok \d|EXPECTATION FAILED|ASSERTION FAILED|Kernel panic|\bBUG:|\bTFAIL\b|\bTBROK\b/.test(text);
  return <span className={isBad ? 'bad' : undefined}>{`${visibleLines(text)}\n`}</span>;
}
