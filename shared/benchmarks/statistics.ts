/** The middle of some numbers, and the least and the largest. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** The middle of some numbers; of an even number of them halfway between the two middle ones. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/**
 * What several starts say together: the median of their medians, and how far those lie apart. A start is one measurement:
 * rounds within it agree more with each other than two starts do.
 */
export function spreadOf(starts: readonly (readonly number[])[]): Spread | null {
  const medians = starts.filter((rounds) => rounds.length > 0).map(median);
  if (medians.length === 0) return null;
  return { median: median(medians), low: Math.min(...medians), high: Math.max(...medians) };
}

/** True when two measurements tell nothing apart: what was seen of one was seen of the other. */
export function overlaps(a: Spread, b: Spread): boolean {
  return a.low <= b.high && b.low <= a.high;
}
