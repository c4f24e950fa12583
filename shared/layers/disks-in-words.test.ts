import { expect, test } from 'vitest';
import { disksInWords, disksLeftOut, disksThatStay } from './disks-in-words.js';

const disks = [
  { unit: 0, kind: 'layer', use: 'data', origin: 'made with web' },
  { unit: 1, kind: 'own', use: 'data', origin: 'an empty disk' },
  { unit: 2, kind: 'own', use: 'swap', origin: 'swap' },
  { unit: 3, kind: 'file', use: 'data', origin: '' },
  { unit: 4, kind: 'layer', use: 'data', origin: 'made with web' },
] as const;

test('what no snapshot holds is named, each disk with what it is', () => {
  expect(disksInWords(disksLeftOut(disks))).toBe(
    '/dev/ubdb (an empty disk), /dev/ubdc (swap) and /dev/ubdd (a file of yours)',
  );
  expect(disksInWords(disksLeftOut(disks.slice(0, 1)))).toBe('');
});

test('what going back leaves as it is: no layers, and layers that the snapshot knows nothing of', () => {
  const units = (of: readonly (number | null)[] | null): number[] =>
    disksThatStay(disks, of).map(({ unit }) => unit);
  expect(units(null)).toEqual([1, 2, 3]);
  expect(units([0, 4])).toEqual([1, 2, 3]);
  expect(units([0])).toEqual([1, 2, 3, 4]);
  expect(disksInWords(disksThatStay(disks.slice(3), [0]))).toBe(
    '/dev/ubdd (a file of yours) and /dev/ubde (a layer)',
  );
});
