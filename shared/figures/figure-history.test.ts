import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figureSchema, figureSpans, type Figure } from './figure.js';
import { FigureHistory, FigureRing } from './figure-history.js';

const START = Date.UTC(2026, 10, 21);
const figure = (at: number, part: Partial<Figure> = {}): Figure => ({
  at,
  cpu: 0,
  memoryBytes: 0,
  guestUsedBytes: null,
  readRate: 0,
  writeRate: 0,
  layerBytes: 0,
  inRate: null,
  outRate: null,
  processes: 1,
  ...part,
});

describe('a ring', () => {
  test('keeps the newest samples, oldest first, as they were', () => {
    const ring = new FigureRing(1000, 4);
    for (let second = 0; second < 6; second += 1)
      ring.add(figure(START + second * 1000, { processes: second, inRate: second }), 1000);
    expect(ring.list()).toEqual(
      [2, 3, 4, 5].map((n) => figure(START + n * 1000, { processes: n, inRate: n })),
    );
  });

  test('a pause leaves a gap, and nothing older than the span', () => {
    const ring = new FigureRing(1000, 4);
    ring.add(figure(START), 1000);
    ring.add(figure(START + 3000), 1000);
    expect(ring.list().map(({ at }) => at)).toEqual([START, START + 3000]);
    ring.add(figure(START + 4000), 1000);
    expect(ring.list().map(({ at }) => at)).toEqual([START + 3000, START + 4000]);
    ring.add(figure(START + 400_000), 1000);
    expect(ring.list().map(({ at }) => at)).toEqual([START + 400_000]);
  });

  test('of several samples in a step rates become their mean by time, levels the highest', () => {
    const ring = new FigureRing(10_000, 4);
    ring.add(figure(START + 1000, { cpu: 1, readRate: 90, memoryBytes: 5, guestUsedBytes: 7 }), 1000);
    ring.add(figure(START + 4000, { cpu: 0, memoryBytes: 9, inRate: 8 }), 3000);
    ring.add(figure(START + 9000, { cpu: 0.5, memoryBytes: 3, inRate: null }), 4000);
    expect(ring.list()).toEqual([
      figure(START + 9000, { cpu: 0.375, readRate: 11.25, memoryBytes: 9, guestUsedBytes: 7, inRate: 8 }),
    ]);
  });

  test('a clock that was set back adds nothing until it has caught up', () => {
    const ring = new FigureRing(1000, 4);
    ring.add(figure(START + 5000), 1000);
    ring.add(figure(START), 1000);
    expect(ring.list()).toEqual([figure(START + 5000)]);
  });

  test('whatever comes: bounded, in order, a step each, and as the contract says', () => {
    const rate = fc.float({ min: 0, noNaN: true, noDefaultInfinity: true });
    const sample = fc.record({
      ms: fc.integer({ min: 1, max: 30_000 }),
      cpu: rate,
      inRate: fc.option(rate),
      memoryBytes: fc.integer({ min: 0, max: 2 ** 45 }),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 200 }), (samples) => {
        const ring = new FigureRing(10_000, 16);
        let at = START;
        for (const { ms, ...part } of samples) ring.add(figure((at += ms), part), ms);
        const list = ring.list();
        const steps = list.map((one) => Math.floor(one.at / 10_000));
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
        expect(steps.every((step) => step > Math.floor(at / 10_000) - 16)).toBe(true);
        expect(list.at(-1)?.at).toBe(samples.length > 0 ? at : undefined);
        for (const one of list) expect(figureSchema.safeParse(one).success).toBe(true);
      }),
    );
  });

  test('the area under a rate is the same at every scale', () => {
    const sample = fc.record({ ms: fc.integer({ min: 1, max: 5000 }), cpu: fc.integer({ min: 0, max: 64 }) });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 100 }), (samples) => {
        // One step holds them all.
        const ring = new FigureRing(1_000_000, 2);
        let at = START - (START % 1_000_000);
        for (const { ms, cpu } of samples) ring.add(figure((at += ms), { cpu }), ms);
        const time = samples.reduce((sum, { ms }) => sum + ms, 0);
        const used = samples.reduce((sum, { ms, cpu }) => sum + ms * cpu, 0);
        expect(ring.list()).toHaveLength(1);
        expect((ring.list()[0]?.cpu ?? 0) * time).toBeCloseTo(used, -Math.log10(time * 0.01));
      }),
    );
  });
});

describe('a history', () => {
  test('has three spans with their steps, and a size of its own that does not grow', () => {
    const history = new FigureHistory();
    const { byteLength } = history;
    expect(byteLength).toBeLessThan(60 * 1024);
    for (let second = 1; second <= 2000; second += 1) history.add(figure(START + second * 1000), 1000);
    expect(history.list('minutes')).toHaveLength(figureSpans.minutes.samples);
    expect(history.list('hour')).toHaveLength(201);
    expect(history.list('day')).toHaveLength(17);
    expect(history.byteLength).toBe(byteLength);
  });
});
