import type { Benchmark, BenchmarkTarget } from '@shared/benchmarks/benchmark.js';
import { counterpart, distinctNames, pinningGain, timesNative } from '@shared/benchmarks/compare.js';
import { operationIds, operations, type OperationId } from '@shared/benchmarks/operation.js';
import { lackText } from '@shared/benchmarks/output.js';
import { publishedTables } from '@shared/benchmarks/published.js';
import { overlaps, type Spread } from '@shared/benchmarks/statistics.js';
import { timesText, timeText } from '@shared/benchmarks/time-text.js';
import '../../ui/table.css';

/** What stands below each time. */
export type TableDetail = 'spread' | 'native' | 'pinning' | 'before';

/** What the table takes. */
export interface BenchmarkTableProps {
  benchmark: Benchmark;
  other: Benchmark | null;
  detail: TableDetail;
  operation: OperationId;
  onOperation: (id: OperationId) => void;
}

/** All figures: a row for each target, a column for each operation; below them what others published. */
export function BenchmarkTable({ benchmark, other, detail, operation, onOperation }: BenchmarkTableProps) {
  const ids = benchmark.plan.operations;
  const names = distinctNames(benchmark);
  return (
    <div className="benchtable" role="region" aria-label="Figures">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Target</th>
            {ids.map((id) => (
              <th key={id} scope="col" className="r">
                <button
                  type="button"
                  className="benchcolumn"
                  title={operations[id].about}
                  aria-pressed={id === operation}
                  onClick={() => onOperation(id)}
                >
                  {operations[id].title}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {benchmark.targets.map((target, n) => (
            <tr key={n}>
              <th scope="row">
                {names[n]}
                {lacksOf(target).map((text) => (
                  <span key={text} className="benchdetail">
                    {text}
                  </span>
                ))}
                {target.problem !== null && <span className="benchproblem">{problemText(target)}</span>}
              </th>
              {ids.map((id) => (
                <td key={id} className="r">
                  <Figure target={target} id={id} detail={detailText(benchmark, other, target, id, detail)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {publishedTables.map(({ id: table, title, source, columns }) => (
          <tbody key={table}>
            <tr className="benchgroup">
              <th scope="rowgroup" colSpan={ids.length + 1}>
                {title} <span className="ter">{source}</span>
              </th>
            </tr>
            {columns.map(({ id: column, name, figures }) => (
              <tr key={column} className="sec">
                <th scope="row">{name}</th>
                {ids.map((id) => {
                  const [ns, native] = [figures[id], columns[0]?.figures[id]];
                  return (
                    <td key={id} className="r">
                      {ns === undefined ? <span className="ter">–</span> : timeText(ns)}
                      {detail === 'native' && ns !== undefined && native !== undefined && (
                        <span className="benchdetail">{timesText(ns / native)}</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Figure({ target, id, detail }: { target: BenchmarkTarget; id: OperationId; detail: string }) {
  const figure = target.figures[id];
  const errno = target.lacks[id];
  if (!figure) return <span className="ter">{errno === undefined ? '–' : 'not here'}</span>;
  return (
    <>
      {timeText(figure.median)}
      {target.vforks.includes(id) && <span className="ter"> by vfork</span>}
      {detail !== '' && <span className="benchdetail">{detail}</span>}
    </>
  );
}

function detailText(
  benchmark: Benchmark,
  other: Benchmark | null,
  target: BenchmarkTarget,
  id: OperationId,
  detail: TableDetail,
): string {
  const figure = target.figures[id];
  if (!figure) return '';
  if (detail === 'spread') return target.starts < 2 ? '' : spreadText(figure);
  if (detail === 'before') {
    const before = other && counterpart(target, other)?.figures[id];
    if (!before) return '';
    return overlaps(before, figure) ? 'as before' : timesText(figure.median / before.median);
  }
  const ratio = detail === 'native' ? timesNative(benchmark, target, id) : pinningGain(benchmark, target, id);
  if (ratio === null) return '';
  return timesText(ratio);
}

/** Half of how far the starts lie apart, of the median. */
function spreadText({ median, low, high }: Spread): string {
  return `± ${Math.round(((high - low) / 2 / median) * 100)} %`;
}

function problemText({ problem, starts }: BenchmarkTarget): string {
  return starts === 0 ? `Not measured: ${problem}.` : `A start gave nothing: ${problem}.`;
}

/** What can't be done there, and why: a line each. */
function lacksOf({ lacks }: BenchmarkTarget): string[] {
  return operationIds.flatMap((id) => {
    const errno = lacks[id];
    return errno === undefined ? [] : `${operations[id].title}: ${lackText(errno)}.`;
  });
}
