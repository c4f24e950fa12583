import { expect, test } from 'vitest';
import { OomMarks } from './oom-marks.js';

test('a kill of hours ago is not why a machine ended now; one of a moment ago may be, though a mark came since', () => {
  const marks = new OomMarks();
  marks.begin(7);
  expect(marks.recent(7)).toBe(0);
  expect(marks.recent(8)).toBe(1);
  marks.mark(8);
  expect(marks.recent(8)).toBe(1);
  marks.mark(8);
  expect(marks.recent(8)).toBe(0);
  expect(marks.recent(9)).toBe(1);
});

test('what was killed before a run began is not its end', () => {
  const marks = new OomMarks();
  marks.begin(0);
  marks.mark(3);
  marks.begin(3);
  expect(marks.recent(3)).toBe(0);
});
