import type { CallOutput } from '@shared/api/calls.js';
import type { RunSummary } from '@shared/vms/run.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { formatMoment, plural } from '../../lib/format.js';
import { visibleLine } from '../../lib/visible-text.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { ErrorNote } from '../../ui/note.js';

/** What a comparison takes. */
export interface RunComparisonProps {
  vmId: VmId;
  a: RunSummary;
  b: RunSummary;
  /** "run 2", to which the way back leads. */
  back: string;
  onClose: () => void;
}

/** Longest line of a console that is shown whole. */
const LINE_MAX = 500;

const marks = { a: '−', b: '+', both: ' ', gap: ' ' } as const;
const names = { a: 'only in the first', b: 'only in the second' } as const;

/** Two runs beside each other: facts that differ are marked, and con0 line by line. */
export function RunComparison({ vmId, a, b, back, onClose }: RunComparisonProps) {
  const outcome = useAnswer('runs.compare', { id: vmId, a: a.number, b: b.number });
  return (
    <>
      <div className="row wrap runhead">
        <h2>
          Run {a.number} and run {b.number}
        </h2>
        <Button className="end" onClick={onClose}>
          Back to {back}
        </Button>
      </div>
      {outcome && !outcome.ok && <ErrorNote error={outcome.error} />}
      {outcome?.ok && <Compared a={a.number} b={b.number} {...outcome.value} />}
    </>
  );
}

function Compared({ a, b, facts, lines, truncated }: CallOutput<'runs.compare'> & { a: number; b: number }) {
  const differing = lines.filter(({ side }) => side === 'a' || side === 'b').length;
  return (
    <>
      <div className="card scroll">
        <table className="table compared">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Run {a}</th>
              <th scope="col">Run {b}</th>
            </tr>
          </thead>
          <tbody>
            {facts.map((fact) => (
              <tr key={fact.what} className={fact.same ? undefined : 'differs'}>
                <th scope="row">
                  {fact.what}
                  {!fact.same && <span className="badge">differs</span>}
                </th>
                <td>{factText(fact.a)}</td>
                <td>{factText(fact.b)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="row sectionhead diffhead">
        <h3>con0</h3>
        <span className="ter xs">
          {differing === 0 ? 'the same in both' : `${plural(differing, 'line')} in only one of them`}
          {truncated && '; too long to be compared whole'}
        </span>
      </div>
      {differing > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines must scroll by keyboard
        <div className="diff" role="group" aria-label="con0 of both, line by line" tabIndex={0}>
          {lines.map(({ side, text }, place) => (
            <div key={place} className={side}>
              <span aria-hidden="true">{marks[side]}</span>
              {(side === 'a' || side === 'b') && <span className="sr">{names[side]}: </span>}
              <span>{visibleLine(text, LINE_MAX)}</span>
            </div>
          ))}
        </div>
      )}
    </>
  );
}

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** A fact as the host has it; moments as everywhere else. */
function factText(fact: string): string {
  return MOMENT.test(fact) ? formatMoment(fact) : visibleLine(fact);
}
