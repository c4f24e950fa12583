import type { Benchmark } from '@shared/benchmarks/benchmark.js';
import { counterpart, distinctNames, timesNative } from '@shared/benchmarks/compare.js';
import type { OperationId } from '@shared/benchmarks/operation.js';
import { publishedTables } from '@shared/benchmarks/published.js';
import type { Spread } from '@shared/benchmarks/statistics.js';

/** One line of the plot. */
export interface PlotRow {
  key: string;
  name: string;
  /** What its mark looks like. */
  kind: 'pinned' | 'free' | 'published';
  figure: Spread;
  /** Times native of the same table; null where that is not known. */
  times: number | null;
  /** The same target in the benchmark that this one is compared with. */
  other: Spread | null;
}

/** Rows with a heading. */
export interface PlotGroup {
  title: string;
  rows: PlotRow[];
}

/** What a plot of an operation shows: what was measured, and what others published. */
export function plotGroups(benchmark: Benchmark, id: OperationId, other: Benchmark | null): PlotGroup[] {
  const names = distinctNames(benchmark);
  const measured = benchmark.targets.flatMap((target, n): PlotRow[] => {
    const figure = target.figures[id];
    if (!figure) return [];
    return [
      {
        key: `measured ${n}`,
        name: names[n] ?? '',
        kind: target.target.pinned ? 'pinned' : 'free',
        figure,
        times: timesNative(benchmark, target, id),
        other: (other && counterpart(target, other)?.figures[id]) ?? null,
      },
    ];
  });
  const published = publishedTables.map(({ id: table, title, columns }): PlotGroup => {
    const native = columns.find((column) => column.id === 'native')?.figures[id];
    return {
      title,
      rows: columns.flatMap(({ id: column, name, figures }): PlotRow[] => {
        const ns = figures[id];
        return ns === undefined
          ? []
          : [
              {
                key: `${table} ${column}`,
                name,
                kind: 'published',
                figure: { median: ns, low: ns, high: ns },
                times: native === undefined ? null : ns / native,
                other: null,
              },
            ];
      }),
    };
  });
  return [{ title: 'This computer', rows: measured }, ...published].filter(({ rows }) => rows.length > 0);
}

/** A scale of powers of ten that holds all figures; `at` says where one is, 0 to 1. */
export interface LogScale {
  /** Whole powers of ten in nanoseconds, from end to end. */
  ticks: number[];
  at: (ns: number) => number;
}

/** The scale for some rows. */
export function logScale(groups: readonly PlotGroup[]): LogScale {
  const all = groups.flatMap(({ rows }) =>
    rows.flatMap(({ figure, other }) => [figure.low, figure.high, ...(other ? [other.low, other.high] : [])]),
  );
  const [least, most] = all.length === 0 ? [1, 10] : [Math.min(...all), Math.max(...all)];
  const from = Math.floor(Math.log10(least));
  const to = Math.max(from + 1, Math.ceil(Math.log10(most)));
  return {
    ticks: Array.from({ length: to - from + 1 }, (_, n) => 10 ** (from + n)),
    at: (ns) => (Math.log10(ns) - from) / (to - from),
  };
}
