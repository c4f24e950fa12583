import { expect, test } from 'vitest';
import { paintsWithWebgl } from './renderer-choice.js';

test.each([
  ['auto', 'enabled', 0, true],
  // Chromium's words for a GPU that the processor imitates, or that is known to fail.
  ['auto', 'unavailable_software', 0, false],
  ['auto', 'disabled_software', 0, false],
  ['auto', 'enabled_readback', 0, false],
  ['auto', 'disabled_off', 0, false],
  ['dom', 'enabled', 0, false],
  ['webgl', 'unavailable_software', 0, true],
  ['webgl', 'enabled', 2, true],
  ['webgl', 'enabled', 3, false],
  ['auto', 'enabled', 3, false],
] as const)('%s with %s after %i losses: %s', (wish, status, losses, expected) => {
  expect(paintsWithWebgl(wish, status, losses)).toBe(expected);
});
