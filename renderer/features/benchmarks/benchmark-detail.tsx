import { useRef, useState, type ReactNode } from 'react';
import type { Benchmark } from '@shared/benchmarks/benchmark.js';
import { operations, type OperationId } from '@shared/benchmarks/operation.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { type Job, whyNotCancel } from '@shared/jobs/job.js';
import { formatBetween, formatMoment, plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { selectBenchmark } from '../../stores/kernels-store.js';
import { Button } from '../../ui/button.js';
import { ConfirmButton } from '../../ui/confirm-button.js';
import { CloseIcon, ExportIcon, TrashIcon } from '../../ui/icons.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { Segmented } from '../../ui/segmented.js';
import { SelectField } from '../../ui/select-field.js';
import { BenchmarkPlot } from './benchmark-plot.js';
import { BenchmarkTable, type TableDetail } from './benchmark-table.js';
import { plotGroups } from './plot-rows.js';
import { saveCsv, savePng } from './save-benchmark.js';

/** What the details take. */
export interface BenchmarkDetailProps {
  benchmark: Benchmark;
  /** Those that it can be compared with, newest first. */
  others: readonly Benchmark[];
  /** Its job, while it goes on. */
  job: Job | null;
  jobProgress: (job: Job) => ReactNode;
}

const NONE = 'none';

/** One benchmark: how it goes on, its plot, its table, and what can be done with it. */
export function BenchmarkDetail({ benchmark, others, job, jobProgress }: BenchmarkDetailProps) {
  const [chosen, setChosen] = useState<OperationId | null>(null);
  const [otherId, setOtherId] = useState(NONE);
  const [picked, setDetail] = useState<TableDetail>('native');
  const [error, setError] = useState<PaddockError | null>(null);
  const plot = useRef<SVGSVGElement>(null);
  const { plan, computer } = benchmark;
  const operation = chosen ?? plan.operations[0] ?? 'getpid';
  const other = others.find(({ id }) => id === otherId) ?? null;
  const detail = picked === 'before' && !other ? 'native' : picked;
  const groups = plotGroups(benchmark, operation, other);
  const isActive = benchmark.endedAt === null;
  const hasFigures = benchmark.targets.some(({ starts }) => starts > 0);
  const tell = (outcome: Promise<PaddockError | null>): void => void outcome.then(setError);
  const remove = async (): Promise<void> => {
    const outcome = await callHost('benchmarks.delete', { id: benchmark.id });
    if (outcome.ok) selectBenchmark(null);
    else setError(outcome.error);
  };
  const noFigures = hasFigures ? null : 'Nothing is measured yet.';
  return (
    <>
      <div className="benchhead">
        <span className="col grow">
          <h2>{formatMoment(benchmark.startedAt)}</h2>
          <span className="xs sec">{computerText(benchmark)}</span>
        </span>
        <Button
          variant="quiet"
          icon={<ExportIcon />}
          reason={noFigures}
          onClick={() => tell(saveCsv(benchmark))}
        >
          Save CSV…
        </Button>
        <Button
          variant="quiet"
          icon={<ExportIcon />}
          reason={noFigures}
          onClick={() => plot.current && tell(savePng(benchmark, operation, plot.current))}
        >
          Save PNG…
        </Button>
        {isActive && job ? (
          <Button
            icon={<CloseIcon />}
            reason={whyNotCancel(job)}
            onClick={() => void callHost('jobs.cancel', { id: job.id })}
          >
            Cancel
          </Button>
        ) : (
          <ConfirmButton
            variant="quiet"
            icon={<TrashIcon />}
            confirm="Remove it"
            reason={isActive ? 'It goes on.' : null}
            onConfirmed={() => void remove()}
          >
            Remove
          </ConfirmButton>
        )}
      </div>
      <div className="page benchpage">
        {error && <ErrorNote error={error} />}
        {isActive && job && <div className="benchjob">{jobProgress(job)}</div>}
        {benchmark.ended !== null && benchmark.ended !== 'done' && (
          <Note level="warn">
            {benchmark.ended === 'cancelled' ? 'It was cancelled' : 'It was interrupted'}: fewer starts count
            than were planned.
          </Note>
        )}
        {computer.load > computer.cpus / 2 && (
          <Note level="warn">
            This computer had other work when it began (load {computer.load.toFixed(1)}). Figures of a busy
            computer say less, and to keep a guest on one CPU pays only while that one has nothing else to do.
          </Note>
        )}
        {hasFigures && (
          <div className="benchchoices">
            <SelectField
              label="Operation"
              value={operation}
              choices={plan.operations.map((id) => ({
                value: id,
                title: operations[id].title,
                text: operations[id].about,
              }))}
              onChange={(next) => setChosen(plan.operations.find((id) => id === next) ?? null)}
            />
            {others.length > 0 && (
              <SelectField
                label="Compare with"
                value={otherId}
                choices={[
                  { value: NONE, title: 'Nothing' },
                  ...others.map((one) => ({
                    value: one.id,
                    title: formatMoment(one.startedAt),
                    text: plural(one.targets.length, 'target'),
                  })),
                ]}
                onChange={(next) => {
                  setOtherId(next);
                  setDetail(next === NONE ? 'native' : 'before');
                }}
              />
            )}
          </div>
        )}
        {hasFigures && (
          <section className="card benchcard" aria-label="Plot">
            <BenchmarkPlot ref={plot} operation={operation} groups={groups} note={noteText(benchmark)} />
            <Legend other={other} />
          </section>
        )}
        <section className="benchfigures" aria-label="Table">
          <div className="row wrap">
            <h3 className="grow">Medians</h3>
            <Segmented
              label="Below each time"
              value={detail}
              choices={[
                { value: 'native', title: 'Times native' },
                { value: 'pinning', title: 'Gain of one CPU' },
                { value: 'spread', title: 'Spread' },
                ...(other ? [{ value: 'before' as const, title: 'Against the other' }] : []),
              ]}
              onChange={setDetail}
            />
          </div>
          <BenchmarkTable
            benchmark={benchmark}
            other={other}
            detail={detail}
            operation={operation}
            onOperation={setChosen}
          />
        </section>
      </div>
    </>
  );
}

function Legend({ other }: { other: Benchmark | null }) {
  return (
    <p className="benchlegend">
      <span>
        <i className="pinned" /> on one CPU
      </span>
      <span>
        <i className="free" /> on any CPU
      </span>
      <span>
        <i className="published" /> published, of other computers
      </span>
      {other && (
        <span>
          <i className="before" /> {formatMoment(other.startedAt)}
        </span>
      )}
      <span>A line shows how far the starts lie apart.</span>
    </p>
  );
}

function computerText({ computer, startedAt, endedAt, plan }: Benchmark): string {
  const took = endedAt === null ? '' : `, took ${formatBetween(startedAt, endedAt)}`;
  return `${computer.cpus} × ${computer.processor}, Linux ${computer.kernel}; ${plural(plan.starts, 'start')}, ${plural(plan.rounds, 'round')} each${took}`;
}

function noteText({ computer, startedAt }: Benchmark): string {
  return `Paddock, ${new Date(startedAt).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}; ${computer.cpus} × ${computer.processor}; time for one, logarithmic; × native`;
}
