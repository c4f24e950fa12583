import type { Figure } from '@shared/figures/figure.js';

type Recent = Readonly<Record<string, readonly Figure[]>>;

/** Figures over which the CPU use is taken: a list sorted by it should not jump each second. */
const SETTLED = 10;

let last: { recent: Recent; use: Readonly<Record<string, number>> } | null = null;

/** CPU use of each running machine over the last seconds, in percent of one CPU. The same figures, the same object. */
export function cpuUse(recent: Recent): Readonly<Record<string, number>> {
  if (last?.recent === recent) return last.use;
  const use = Object.fromEntries(
    Object.entries(recent).map(([id, figures]) => [
      id,
      Math.round(meanOf(figures.slice(-SETTLED).map(({ cpu }) => cpu)) * 100),
    ]),
  );
  last = { recent, use };
  return use;
}

/** The mean of some values; 0 of none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
