import { expect, test } from 'vitest';
import { RestartLimit } from './restart-limit.js';

test('what ends again and again is given up, what ends now and then is not', () => {
  const limit = new RestartLimit();
  expect([0, 1, 2, 3].map((at) => limit.mayBeginAgain('a', at))).toEqual([true, true, true, false]);
  // Another one has a count of its own.
  expect(limit.mayBeginAgain('b', 4)).toBe(true);
  // A minute after the first ones.
  expect(limit.mayBeginAgain('a', 60_003)).toBe(true);
  for (let minute = 10; minute < 20; minute += 1)
    expect(limit.mayBeginAgain('c', minute * 60_000)).toBe(true);
});

test('what was taken away is forgotten', () => {
  const limit = new RestartLimit();
  for (const at of [0, 1, 2, 3]) limit.mayBeginAgain('a', at);
  limit.forget('a');
  expect(limit.mayBeginAgain('a', 4)).toBe(true);
});
