import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeRange, hasRange } from './subordinate-ids.js';

const file = 'ann:100000:65536\n# a comment\n1001:165536:65536\nsmall:500000:10\nnonsense\n';

test('a user has ids by name or by number, and enough of them', () => {
  expect(hasRange(file, ['ann', '1000'])).toBe(true);
  expect(hasRange(file, ['bob', '1001'])).toBe(true);
  expect(hasRange(file, ['small', '1002'])).toBe(false);
  expect(hasRange(file, ['bob', '1003'])).toBe(false);
  expect(hasRange('', ['ann'])).toBe(false);
});

test('a free range begins behind those that are taken', () => {
  expect(freeRange([''])).toBe('100000-165535');
  expect(freeRange([file])).toBe('231072-296607');
});

test('a free range overlaps none', () => {
  const ranges = fc.array(fc.tuple(fc.nat(1_000_000), fc.integer({ min: 1, max: 200_000 })));
  fc.assert(
    fc.property(ranges, (taken) => {
      const text = taken.map(([first, count]) => `x:${first}:${count}`).join('\n');
      const [first = 0, last = 0] = freeRange([text]).split('-').map(Number);
      expect(last - first).toBe(65_535);
      for (const [other, count] of taken) expect(other > last || other + count - 1 < first).toBe(true);
    }),
  );
});
