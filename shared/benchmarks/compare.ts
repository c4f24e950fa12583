import type { Benchmark, BenchmarkTarget } from './benchmark.js';
import { operationIds, type OperationId } from './operation.js';
import { overlaps } from './statistics.js';
import { pinnedName, targetName } from './target.js';

/** What a target of a benchmark is called, whole. */
export function fullName({ target, version }: Pick<BenchmarkTarget, 'target' | 'version'>): string {
  return `${targetName(target, version)}, ${pinnedName(target.pinned)}`;
}

/** How often slower than programs of this computer, as `any CPU` if it was measured; null when neither was. */
export function timesNative({ targets }: Benchmark, target: BenchmarkTarget, id: OperationId): number | null {
  const natives = targets.filter((other) => other.target.kind === 'native');
  const native = natives.find((other) => !other.target.pinned) ?? natives[0];
  return ratio(target.figures[id]?.median, native?.figures[id]?.median);
}

/** How often cheaper a target is than the same without being kept on one CPU; null when that was not measured. */
export function pinningGain({ targets }: Benchmark, target: BenchmarkTarget, id: OperationId): number | null {
  if (!target.target.pinned) return null;
  const free = targets.find((other) => !other.target.pinned && isSame(other, target));
  return ratio(free?.figures[id]?.median, target.figures[id]?.median);
}

/**
 * What each target of a benchmark is called; with the end of its path where two kernels are of the same version.
 */
export function distinctNames({ targets }: Pick<Benchmark, 'targets'>): string[] {
  const names = targets.map(fullName);
  return targets.map(({ target }, n) => {
    const name = names[n] ?? '';
    const isTaken = names.some((other, m) => other === name && m !== n);
    return isTaken && target.kind === 'kernel'
      ? `${name} (${target.path.split('/').slice(-2).join('/')})`
      : name;
  });
}

/** The target of another benchmark that is the same: the same file, or else the same version. */
export function counterpart(target: BenchmarkTarget, { targets }: Benchmark): BenchmarkTarget | undefined {
  return (
    targets.find((other) => isSame(target, other) && target.target.pinned === other.target.pinned) ??
    targets.find((other) => fullName(other) === fullName(target))
  );
}

function isSame({ target: a }: BenchmarkTarget, { target: b }: BenchmarkTarget): boolean {
  return a.kind === 'native'
    ? b.kind === 'native'
    : b.kind === 'kernel' && a.path === b.path && a.mode === b.mode;
}

function ratio(over: number | undefined, under: number | undefined): number | null {
  return over === undefined || under === undefined ? null : over / under;
}

/** One figure of two benchmarks. */
export interface ComparedFigure {
  name: string;
  operation: OperationId;
  /** Medians in nanoseconds. */
  before: number;
  after: number;
  /** After over before. */
  ratio: number;
  /** What was seen of one was seen of the other: no difference is told. */
  isWithinSpread: boolean;
}

/** What two benchmarks both have. */
export function compareBenchmarks(before: Benchmark, after: Benchmark): ComparedFigure[] {
  const names = distinctNames(after);
  return after.targets.flatMap((b, n) => {
    const a = counterpart(b, before);
    return operationIds.flatMap((operation) => {
      const [from, to] = [a?.figures[operation], b.figures[operation]];
      if (!from || !to) return [];
      return {
        name: names[n] ?? '',
        operation,
        before: from.median,
        after: to.median,
        ratio: to.median / from.median,
        isWithinSpread: overlaps(from, to),
      };
    });
  });
}
