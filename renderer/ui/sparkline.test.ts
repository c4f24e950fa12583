import { expect, test } from 'vitest';
import { sparkPath } from './sparkline.js';

test('a full line goes from edge to edge, the top of the scale at the top', () => {
  expect(sparkPath([0, 0.5, 1], 1, 3)).toBe('M0 14L24 8L48 2');
});

test('a few values stand at the right; gaps break the line; what is too large stays in', () => {
  expect(sparkPath([9], 1, 3)).toBe('M48 2');
  expect(sparkPath([0, null, 1], 1, 3)).toBe('M0 14M48 2');
  expect(sparkPath([0, 0, 0, 1], 1, 3)).toBe('M0 14L24 14L48 2');
  expect(sparkPath([], 1, 3)).toBe('');
});
