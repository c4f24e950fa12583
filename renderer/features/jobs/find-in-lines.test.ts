import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findInLines, splitByHits } from './find-in-lines.js';

test('lines are found whatever the case, and the text in them is marked', () => {
  expect(findInLines(['Unpacking udev', 'setting up', 'unpacking'], 'UNPACK')).toEqual([0, 2]);
  expect(findInLines(['a'], '')).toEqual([]);
  expect(splitByHits('aXbx', 'x')).toEqual([
    { text: 'a', isHit: false },
    { text: 'X', isHit: true },
    { text: 'b', isHit: false },
    { text: 'x', isHit: true },
  ]);
});

test('the pieces together are the line, whatever comes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', maxLength: 3 }), (line, query) => {
      expect(
        splitByHits(line, query)
          .map(({ text }) => text)
          .join(''),
      ).toBe(line);
    }),
  );
});
