import { expect, test } from 'vitest';
import { OomMarks } from './oom-marks.js';

test('a kill of hours ago is not why a machine ended now; one of half a minute ago may be, however often marks are set', () => {
  let now = 0;
  const marks = new OomMarks(() => now);
  marks.begin(7);
  expect(marks.recent(7)).toBe(0);
  expect(marks.recent(8)).toBe(1);
  for (; now < 40_000; now += 1000) {
    marks.mark(8);
    expect(marks.recent(8)).toBe(1);
  }
  for (; now < 100_000; now += 1000) marks.mark(8);
  expect(marks.recent(8)).toBe(0);
  expect(marks.recent(9)).toBe(1);
});

test('what was killed before a run began is not its end', () => {
  let now = 0;
  const marks = new OomMarks(() => now);
  marks.begin(0);
  now = 50_000;
  marks.mark(3);
  marks.begin(3);
  expect(marks.recent(3)).toBe(0);
});
