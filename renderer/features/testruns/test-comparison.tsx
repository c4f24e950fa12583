import { outcomeWords } from '@shared/testruns/count-words.js';
import type { ChangeKind, TestChange } from '@shared/testruns/compare-runs.js';
import type { TestRun } from '@shared/testruns/test-run.js';
import { formatMoment, plural } from '../../lib/format.js';
import { visibleLine } from '../../lib/visible-text.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { ErrorNote } from '../../ui/note.js';
import { OutcomeMark } from './outcome-mark.js';
import { kernelWords } from './test-words.js';

const headings: Readonly<Record<ChangeKind, string>> = {
  worse: 'Worse',
  better: 'Better',
  new: 'New',
  gone: 'Gone',
  other: 'Otherwise',
};
const order = ['worse', 'better', 'new', 'gone', 'other'] as const;

/** Two runs beside each other: what got worse, better, is new or gone. */
export function TestComparison({
  before,
  after,
  onClose,
}: {
  before: TestRun;
  after: TestRun;
  onClose: () => void;
}) {
  const answer = useAnswer('testRuns.compare', { before: before.id, after: after.id });
  return (
    <div className="page testcompare">
      <div className="row wrap">
        <div className="col grow">
          <h2>Compared with an earlier run</h2>
          <span className="ter xs">
            {kernelWords(before)}, {formatMoment(before.startedAt)}, and {kernelWords(after)},{' '}
            {formatMoment(after.startedAt)}
          </span>
        </div>
        <Button onClick={onClose}>Back to the tests</Button>
      </div>
      {answer && !answer.ok && <ErrorNote error={answer.error} />}
      {answer?.ok && (
        <>
          {answer.value.changes.length === 0 && (
            <Empty title="Nothing changed" level={3}>
              <p>Every test went as it did before.</p>
            </Empty>
          )}
          {order.map((kind) => (
            <Changes
              key={kind}
              kind={kind}
              changes={answer.value.changes.filter((one) => one.kind === kind)}
            />
          ))}
          {answer.value.untold > 0 && <p>And {plural(answer.value.untold, 'change')} more.</p>}
          {answer.value.same > 0 && (
            <p className="ter xs">{plural(answer.value.same, 'test')} went as before.</p>
          )}
        </>
      )}
    </div>
  );
}

function Changes({ kind, changes }: { kind: ChangeKind; changes: readonly TestChange[] }) {
  if (changes.length === 0) return null;
  return (
    <section className="card" aria-label={headings[kind]}>
      <header>
        <h3>{headings[kind]}</h3>
        <span className="ter num">{changes.length}</span>
      </header>
      <ul className="list tight">
        {changes.map(({ path, before, after }) => (
          <li key={path}>
            <span className="row testchange">
              {before === null ? <span className="mark" /> : <OutcomeMark outcome={before} />}
              <span className="ter" aria-hidden="true">
                →
              </span>
              {after === null ? <span className="mark" /> : <OutcomeMark outcome={after} />}
            </span>
            <span className="ell grow">{visibleLine(path.replaceAll('/', ' › '))}</span>
            <span className="xs ter nowrap">
              {[before, after].map((one) => (one === null ? 'not there' : outcomeWords[one])).join(', then ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
