import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logScale, type PlotGroup } from './plot-rows.js';

const ns = fc.double({ min: 0.01, max: 3.6e12, noNaN: true });
const group = (values: number[]): PlotGroup => ({
  title: '',
  rows: values.map((value, n) => ({
    key: String(n),
    name: '',
    kind: 'free',
    figure: { median: value, low: value, high: value },
    times: null,
    other: null,
  })),
});

test('a scale holds all figures between its ends, and the larger one is further on', () => {
  fc.assert(
    fc.property(fc.array(ns, { maxLength: 8 }), (values) => {
      const { at, ticks } = logScale([group(values)]);
      expect(ticks.length).toBeGreaterThan(1);
      for (const value of values) {
        expect(at(value)).toBeGreaterThanOrEqual(-1e-9);
        expect(at(value)).toBeLessThanOrEqual(1 + 1e-9);
      }
      const sorted = values.toSorted((a, b) => a - b).map(at);
      expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
    }),
  );
});
