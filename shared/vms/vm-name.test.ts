import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeVmName, isVmName, nearestVmName, VM_NAME_MAX_LENGTH } from './vm-name.js';

test('what may be a name', () => {
  for (const name of ['a', '0', 'web-1', 'x'.repeat(40), 'a--b-']) expect(isVmName(name)).toBe(true);
  for (const name of ['', '-a', 'A', 'a b', 'a,b', 'a:b', 'a=b', 'a/b', '..', 'ä', 'a\n', 'x'.repeat(41)])
    expect(isVmName(name)).toBe(false);
});

test('the nearest name is a name, or nothing; a name is its own nearest', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (typed) => {
      const nearest = nearestVmName(typed);
      expect(nearest === '' || isVmName(nearest)).toBe(true);
    }),
  );
  expect(nearestVmName('My Web Server!')).toBe('my-web-server');
  expect(nearestVmName('web-1')).toBe('web-1');
});

test('a free name is free and still a name, however many are taken', () => {
  const taken = new Set<string>();
  const stem = 'x'.repeat(VM_NAME_MAX_LENGTH);
  for (let n = 0; n < 120; n += 1) {
    const name = freeVmName(stem, taken);
    expect(taken.has(name)).toBe(false);
    expect(isVmName(name)).toBe(true);
    taken.add(name);
  }
  expect(freeVmName('tiny', new Set(['tiny', 'tiny-2']))).toBe('tiny-3');
});
