import type { BenchmarkRecord } from './benchmark.js';
import { publishedTables } from './published.js';
import { targetName } from './target.js';

/** Every round of a benchmark, and the published figures, one a line (RFC 4180). */
export function benchmarkCsv({ targets, plan }: BenchmarkRecord): string {
  const head = [
    'source',
    'target',
    'kernel',
    'seccomp',
    'one_cpu',
    'start',
    'round',
    'operation',
    'nanoseconds',
  ];
  const measured = targets.flatMap(({ target, version, starts }) =>
    starts.flatMap((start, s) =>
      plan.operations.flatMap((operation) =>
        (start[operation] ?? []).map((ns, round) => [
          'measured',
          targetName(target, version),
          target.kind === 'native' ? '' : target.path,
          target.kind === 'native' ? '' : (target.mode ?? 'default'),
          target.pinned ? 'yes' : 'no',
          s + 1,
          round + 1,
          operation,
          Math.round(ns * 100) / 100,
        ]),
      ),
    ),
  );
  const published = publishedTables.flatMap(({ source, columns }) =>
    columns.flatMap(({ name, figures }) =>
      plan.operations.flatMap((operation) =>
        figures[operation] === undefined
          ? []
          : [[source, name, '', '', '', '', '', operation, figures[operation]]],
      ),
    ),
  );
  return [head, ...measured, ...published].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
