import { expect, test } from 'vitest';
import { jobFraction, jobTimeLeft } from './job-progress.js';

const step = (state: 'todo' | 'now' | 'done' | 'failed', tookMs: number | null = null) => ({
  title: state,
  state,
  tookMs,
});

test('how much of a job is done: whole steps and the part of the present one', () => {
  const steps = [step('done', 10), step('now'), step('todo'), step('todo')];
  expect(jobFraction({ steps, progress: null, state: 'running' })).toBe(0.25);
  expect(jobFraction({ steps, progress: 0.5, state: 'running' })).toBe(0.375);
  expect(jobFraction({ steps: [], progress: 0.5, state: 'running' })).toBe(0.5);
  expect(jobFraction({ steps, progress: 1, state: 'succeeded' })).toBe(1);
});

test('time left: by the guess for the whole, by the present step, or not known', () => {
  const startedAt = '2026-01-01T00:00:00.000Z';
  const now = Date.parse(startedAt) + 12_000;
  const steps = [step('done', 2000), step('now'), step('todo')];
  expect(jobTimeLeft({ steps, progress: null, startedAt }, now, null)).toBeNull();
  expect(jobTimeLeft({ steps, progress: 0.5, startedAt }, now, null)).toBe(10_000);
  expect(jobTimeLeft({ steps, progress: null, startedAt }, now, 30_000)).toBe(18_000);
  expect(jobTimeLeft({ steps, progress: null, startedAt }, now, 5000)).toBeNull();
});
