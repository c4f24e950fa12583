import { expect, test } from 'vitest';
import { runLimited } from './run-limited.js';

test('every item once, never more than the limit at a time', async () => {
  let now = 0;
  let most = 0;
  const seen: number[] = [];
  await runLimited([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    seen.push(item);
    most = Math.max(most, (now += 1));
    await Promise.resolve();
    now -= 1;
  });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});
