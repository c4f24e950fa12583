import { expect, test } from 'vitest';
import type { Figure } from '@shared/figures/figure.js';
import { byteScaleTop, gapMs, graphColumns, scaleTop, timeWindow } from './time-window.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = 1_000 * HOUR;

const figure = (at: number, cpu: number): Figure => ({
  at,
  cpu,
  memoryBytes: 0,
  guestUsedBytes: null,
  readRate: 0,
  writeRate: 0,
  layerBytes: 0,
  inRate: null,
  outRate: null,
  processes: 4,
});

test('a range ends now and is as long as its history', () => {
  const run = { from: now - 2 * HOUR, to: null };
  expect(timeWindow('minutes', now, run)).toEqual({ span: 'minutes', from: now - 5 * MINUTE, to: now });
  expect(timeWindow('hour', now, run)).toEqual({ span: 'hour', from: now - HOUR, to: now });
  expect(timeWindow('day', now, run)).toEqual({ span: 'day', from: now - 24 * HOUR, to: now });
});

test('a run is shown from its start to its end, by the finest history that still has it', () => {
  const of = (from: number, to: number | null) => timeWindow('run', now, { from: now - from, to });
  expect(of(2 * MINUTE, null)).toEqual({ span: 'minutes', from: now - 2 * MINUTE, to: now });
  expect(of(30 * MINUTE, null)).toMatchObject({ span: 'hour', from: now - 30 * MINUTE });
  expect(of(3 * HOUR, null)).toMatchObject({ span: 'day', from: now - 3 * HOUR });
  // It ended long ago: only the day's history has it.
  expect(of(5 * HOUR, now - 4 * HOUR)).toEqual({ span: 'day', from: now - 5 * HOUR, to: now - 4 * HOUR });
  // Longer than what is kept: the part that is.
  expect(of(72 * HOUR, null)).toMatchObject({ span: 'day', from: now - 24 * HOUR });
  // A second of it: a minute's width.
  expect(of(1000, null)).toMatchObject({ span: 'minutes', from: now - MINUTE, to: now });
});

test('a stretch without samples is a gap, samples at the slow pace are not', () => {
  const columns = graphColumns(
    [figure(0, 1), figure(1000, 2), figure(11_000, 3), figure(90_000, 4)],
    gapMs('minutes'),
    [({ cpu }) => cpu],
  );
  expect(columns).toEqual([
    [0, 1, 11, 11.001, 90],
    [1, 2, 3, null, 4],
  ]);
});

test('scales have round tops that hold the value', () => {
  expect(scaleTop(0, 0.25)).toBe(0.25);
  expect(scaleTop(0.3, 0.25)).toBe(0.5);
  expect(scaleTop(1, 0.25)).toBe(1);
  expect(scaleTop(1.01, 0.25)).toBe(2);
  expect(byteScaleTop(0, 65_536)).toBe(65_536);
  expect(byteScaleTop(65_537, 65_536)).toBe(131_072);
});
