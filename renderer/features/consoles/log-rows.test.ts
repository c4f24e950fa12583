import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogOfRun } from '@shared/consoles/logs.js';
import { LogRows } from './log-rows.js';

const at = '2026-11-21T10:00:00.000Z';
const end = { at, exitCode: 0, signal: null, reason: { code: 'poweroff' as const } };
const run = (number: number, stretches: LogOfRun['stretches'], bytes: number, isOver = true): LogOfRun => ({
  run: number,
  startedAt: at,
  kernelVersion: '6.1',
  end: isOver ? end : null,
  bytes,
  stretches,
});

test('runs, gaps and lines stand one below the other', () => {
  const rows = new LogRows([
    run(
      1,
      [
        { offset: 0, bytes: 10, line: 1, lines: 2 },
        { offset: 50, bytes: 10, line: 8, lines: 1 },
      ],
      60,
    ),
    run(3, [], 0, false),
  ]);
  const all = Array.from({ length: rows.count }, (_, n) => rows.at(n));
  expect(all).toMatchObject([
    { kind: 'divider', ended: null, started: { run: 1 } },
    { kind: 'line', run: 1, line: 1 },
    { kind: 'line', run: 1, line: 2 },
    { kind: 'gap', run: 1, bytes: 40 },
    { kind: 'line', run: 1, line: 8 },
    { kind: 'divider', ended: { run: 1 }, started: { run: 3 } },
  ]);
  expect(rows.at(rows.count)).toBeNull();
  expect(rows.headOf(3)).toBe(5);
  // A line that is not kept is where the gap is.
  expect(rows.rowOf(1, 5)).toBe(2);
  expect(rows.rowOf(3, 1)).toBe(5);
  expect(rows.rowOf(9, 1)).toBeNull();
});

test('every line is found in the row in which it stands', () => {
  const runs = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 20 }), fc.nat(5), fc.integer({ min: 0, max: 20 })),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(runs, (sizes) => {
      const rows = new LogRows(
        sizes.map(([lines, gap, more], n) => {
          const behind = { offset: lines + gap, bytes: more, line: 1 + lines + gap, lines: more };
          const first = { offset: 0, bytes: lines, line: 1, lines };
          return run(n + 1, gap > 0 ? [first, behind] : [first], gap > 0 ? lines + gap + more : lines);
        }),
      );
      for (let row = 0; row < rows.count; row += 1) {
        const there = rows.at(row);
        expect(there).not.toBeNull();
        if (there?.kind === 'line') expect(rows.rowOf(there.run, there.line)).toBe(row);
      }
    }),
  );
});
