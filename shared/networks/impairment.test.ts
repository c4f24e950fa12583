import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cableRules,
  impairmentSchema,
  impairmentText,
  impairNames,
  isUnimpaired,
  parseDelay,
  parseLoss,
  parseRate,
  unimpaired,
  wirefilterCommands,
} from './impairment.js';

test('what people write and read', () => {
  expect([
    parseDelay('20ms'),
    parseDelay('0.5s'),
    parseDelay('7'),
    parseDelay('-1'),
    parseDelay('x'),
  ]).toEqual([20, 500, 7, null, null]);
  expect([parseLoss('1%'), parseLoss('0.5'), parseLoss('1%%')]).toEqual([1, 0.5, null]);
  expect([parseRate('10mbit'), parseRate('512kbit/s'), parseRate('1.5Gbit'), parseRate('10')]).toEqual([
    10_000_000,
    512_000,
    1_500_000_000,
    null,
  ]);
  expect(impairmentText({ delayMs: 20, jitterMs: 2, lossPercent: 0.5, rateBits: 10_000_000 })).toBe(
    '20 ms ± 2 ms, 0.5 % loss, 10 Mbit/s',
  );
  expect(impairmentText(unimpaired)).toBe('as it is');
  expect(isUnimpaired(unimpaired)).toBe(true);
});

test('jitter without delay, and what can’t be, is refused', () => {
  const bad = [
    { ...unimpaired, jitterMs: 1 },
    { ...unimpaired, delayMs: -1 },
    { ...unimpaired, lossPercent: 101 },
    { ...unimpaired, rateBits: 1 },
    { ...unimpaired, delayMs: Number.NaN },
  ];
  for (const one of bad) expect(impairmentSchema.safeParse(one).success).toBe(false);
});

test('whatever is wanted, wirefilter gets one number a command, and a queue that holds what is under way', () => {
  const wanted = fc.record({
    delayMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
    jitterMs: fc.constant(0),
    lossPercent: fc.double({ min: 0, max: 100, noNaN: true }),
    rateBits: fc.option(fc.integer({ min: 8000, max: 10_000_000_000 })),
  });
  fc.assert(
    fc.property(wanted, (one) => {
      const impairment = impairmentSchema.parse(one);
      const [delay, loss, bandwidth = '', queue = ''] = wirefilterCommands(impairment);
      expect(delay).toMatch(/^delay \d[\d.e-]*$/);
      expect(loss).toMatch(/^loss \d[\d.e-]*$/);
      const bytesPerSecond = Number(bandwidth.split(' ')[1]);
      expect(bytesPerSecond).toBe(one.rateBits === null ? 0 : Math.round(one.rateBits / 8));
      const room = Number(queue.split(' ')[1]);
      if (one.rateBits === null) expect(room).toBe(0);
      else expect(room).toBeGreaterThanOrEqual((bytesPerSecond * one.delayMs) / 1000);
    }),
  );
});

test('the rules of cables name each tap once a direction; without cables only the old ones go', () => {
  expect(cableRules([])).toBe('table netdev paddock_cables {}\ndelete table netdev paddock_cables\n');
  const rules = cableRules([
    { key: '0', ports: [40_000, 40_001] },
    { key: '12345678', ports: [40_002, 40_003] },
  ]);
  expect(rules).toContain('udp sport 40000 udp dport 40001 fwd to "ia-0"');
  expect(rules).toContain('udp sport 40003 udp dport 40002 fwd to "ib-12345678"');
  expect(rules.match(/type filter hook ingress/g)).toHaveLength(4);
  for (const name of Object.values(impairNames('12345678'))) expect(name.length).toBeLessThanOrEqual(15);
});
