import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedRuns, changedSectors, lastChangedSector } from './cow-bitmap.js';

/** Bitmaps as they are: long runs of one kind, and some noise. */
const bitmap = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom(0, 0xff), fc.nat({ max: 40 }))
        .map(([byte, times]) => Array<number>(times).fill(byte)),
      fc.array(fc.nat({ max: 255 }), { maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Uint8Array.from(pieces.flat()));

test('the count is the number of ones', () => {
  fc.assert(
    fc.property(bitmap, (bytes) => {
      const ones = [...bytes].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
      expect(changedSectors(bytes)).toBe(ones);
      expect(lastChangedSector(bytes)).toBe(([...changedRuns(bytes, bytes.length * 8)].at(-1)?.end ?? 0) - 1);
    }),
  );
});

test('runs are the set bits below the number of sectors, each once, in order, with a gap between', () => {
  fc.assert(
    fc.property(bitmap, fc.nat({ max: 20 }), (bytes, less) => {
      const sectors = Math.max(0, bytes.length * 8 - less);
      const expected = Array.from({ length: sectors }, (_, n) => n).filter(
        (n) => ((bytes[n >> 3] ?? 0) >> (n & 7)) & 1,
      );
      const runs = [...changedRuns(bytes, sectors)];
      expect(
        runs.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, n) => start + n)),
      ).toEqual(expected);
      for (const [n, run] of runs.entries()) {
        expect(run.end).toBeGreaterThan(run.start);
        expect(run.start).toBeGreaterThan(runs[n - 1]?.end ?? -1);
      }
    }),
  );
});
