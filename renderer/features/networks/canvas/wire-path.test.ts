import { expect, test } from 'vitest';
import { wirePath } from './wire-path.js';

const at = (x: number, y: number) => ({ x, y, width: 100, height: 50 });

test('from bottom to top when one is above the other, whichever way it is drawn', () => {
  expect(wirePath(at(0, 0), at(0, 200)).path).toBe('M50 50L50 200');
  expect(wirePath(at(0, 200), at(0, 0)).path).toBe('M50 200L50 50');
  expect(wirePath(at(0, 0), at(300, 200)).path).toBe('M50 50C50 125 350 125 350 200');
});

test('from side to side when they stand beside each other', () => {
  expect(wirePath(at(0, 0), at(300, 20)).path).toBe('M100 25L300 45');
  expect(wirePath(at(300, 20), at(0, 0)).path).toBe('M300 45L100 25');
});

test('words stand on the wire, the near ones nearer to where it begins', () => {
  const { near, middle, end } = wirePath(at(0, 0), at(300, 200));
  expect(near[1]).toBeLessThan(middle[1]);
  expect(middle[1]).toBeLessThan(end[1]);
});
