import { useState } from 'react';
import { planSeconds, plainEffort, TARGETS_MAX, type BenchmarkPlan } from '@shared/benchmarks/benchmark.js';
import { operationIds, operations, type OperationId } from '@shared/benchmarks/operation.js';
import { kernelModeName, kernelModes, targetKey, type Target } from '@shared/benchmarks/target.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { newestFirst, type Kernel } from '@shared/kernels/kernel.js';
import { formatDuration } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { selectBenchmark } from '../../stores/kernels-store.js';
import { Button } from '../../ui/button.js';
import { CellCheckbox, Checkbox } from '../../ui/field.js';
import { ErrorNote } from '../../ui/note.js';
import { Segmented } from '../../ui/segmented.js';

const efforts = {
  quick: { starts: 2, rounds: 3, milliseconds: plainEffort.milliseconds },
  usual: plainEffort,
  thorough: { starts: 10, rounds: 10, milliseconds: plainEffort.milliseconds },
} as const;
type Effort = keyof typeof efforts;

/** What can be measured: a row for this computer and for each mode of each kernel. */
interface TargetRow {
  name: string;
  from: string;
  of: (pinned: boolean) => Target;
}

function targetRows(kernels: readonly Kernel[]): TargetRow[] {
  return [
    { name: 'Native', from: 'programs of this computer', of: (pinned) => ({ kind: 'native', pinned }) },
    ...newestFirst(kernels).flatMap((kernel) =>
      kernelModes(kernel).map((mode): TargetRow => ({
        name: kernelModeName(kernel.version, mode),
        from: kernel.library?.title ?? kernel.path,
        of: (pinned) => ({ kind: 'kernel', path: kernel.path, mode, pinned }),
      })),
    ),
  ];
}

/** Native, and the newest kernel in all its modes. */
function firstChoice(rows: readonly TargetRow[], kernels: readonly Kernel[]): Set<string> {
  const newest = newestFirst(kernels)[0]?.path;
  return new Set(
    rows.flatMap(({ of }) => {
      const target = of(false);
      if (target.kind === 'native') return [targetKey(target)];
      return target.path === newest ? [targetKey(target), targetKey(of(true))] : [];
    }),
  );
}

/** Asks what is to be measured. */
export function BenchmarkForm({ kernels, isRunning, lastError }: BenchmarkFormProps) {
  const rows = targetRows(kernels);
  const [chosen, setChosen] = useState(() => firstChoice(rows, kernels));
  const [wanted, setWanted] = useState<ReadonlySet<OperationId>>(() => new Set(operationIds));
  const [effort, setEffort] = useState<Effort>('usual');
  const [error, setError] = useState<PaddockError | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const targets = rows
    .flatMap(({ of }) => [of(false), of(true)])
    .filter((target) => chosen.has(targetKey(target)));
  const plan: BenchmarkPlan = {
    targets,
    operations: operationIds.filter((id) => wanted.has(id)),
    ...efforts[effort],
  };
  const why = isRunning
    ? 'A benchmark goes on, and two would measure each other.'
    : isAsking
      ? 'It begins.'
      : targets.length === 0
        ? 'Choose something to measure.'
        : targets.length > TARGETS_MAX
          ? `At most ${TARGETS_MAX} at a time.`
          : plan.operations.length === 0
            ? 'Choose an operation.'
            : null;
  const shownError = error ?? lastError;
  const start = async (): Promise<void> => {
    setIsAsking(true);
    const outcome = await callHost('benchmarks.start', plan);
    setIsAsking(false);
    setError(outcome.ok ? null : outcome.error);
    if (outcome.ok) selectBenchmark(outcome.value.id);
  };
  return (
    <div className="benchform">
      <div>
        <h2>What system calls cost</h2>
        <p className="sec">
          A small program is timed here and as the only program of guests. Kernels are started one after the
          other, several times, so that whatever else this computer does falls on all alike.
        </p>
      </div>
      <table className="table benchtargets">
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col">On any CPU</th>
            <th scope="col">On one CPU</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={targetKey(row.of(false))}>
              <th scope="row">
                <span className="med">{row.name}</span> <span className="ter xs">{row.from}</span>
              </th>
              {[false, true].map((pinned) => (
                <td key={String(pinned)}>
                  <span className="benchbox">
                    <CellCheckbox
                      label={`${row.name} (${row.from}) on ${pinned ? 'one' : 'any'} CPU`}
                      checked={chosen.has(targetKey(row.of(pinned)))}
                      onChange={(on) => setChosen(changed(chosen, targetKey(row.of(pinned)), on))}
                    />
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="hint">Machines of Paddock are kept on one CPU unless their settings say otherwise.</p>
      <fieldset className="benchoperations">
        <legend className="lab">Operations</legend>
        {operationIds.map((id) => (
          <Checkbox
            key={id}
            label={operations[id].title}
            text={operations[id].about}
            checked={wanted.has(id)}
            onChange={(on) => setWanted(changed(wanted, id, on))}
          />
        ))}
      </fieldset>
      <div className="benchstart">
        <Segmented
          label="How thoroughly"
          value={effort}
          choices={[
            { value: 'quick', title: 'Quick' },
            { value: 'usual', title: 'Usual' },
            { value: 'thorough', title: 'Thorough' },
          ]}
          onChange={setEffort}
        />
        <span className="ter grow">
          {plan.starts} starts, {plan.rounds} rounds each
          {targets.length > 0 && `: about ${formatDuration(Math.ceil(planSeconds(plan) / 5) * 5000)}`}
        </span>
        <Button variant="primary" size="lg" reason={why} onClick={() => void start()}>
          Measure
        </Button>
      </div>
      {shownError && <ErrorNote error={shownError} />}
    </div>
  );
}

/** What the form takes. */
export interface BenchmarkFormProps {
  kernels: readonly Kernel[];
  isRunning: boolean;
  /** Why the last one gave nothing, or ended. */
  lastError: PaddockError | null;
}

function changed<T>(set: ReadonlySet<T>, key: T, on: boolean): Set<T> {
  const next = new Set(set);
  if (on) next.add(key);
  else next.delete(key);
  return next;
}
