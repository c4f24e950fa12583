import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forwardsClash, forwardsSchema, forwardText, parseForward, type Forward } from './forward.js';

const forwards: fc.Arbitrary<Forward> = fc.record({
  protocol: fc.constantFrom('tcp', 'udp'),
  hostAddress: fc.ipV4(),
  hostPort: fc.integer({ min: 1, max: 65_535 }),
  guestPort: fc.integer({ min: 1, max: 65_535 }),
});

test('a forward is its text and back', () => {
  fc.assert(
    fc.property(forwards, (one) => {
      expect(parseForward(forwardText(one))).toEqual(one);
    }),
  );
  expect(parseForward('8080:80')).toEqual({
    protocol: 'tcp',
    hostAddress: '127.0.0.1',
    hostPort: 8080,
    guestPort: 80,
  });
});

test('what is none is refused', () => {
  for (const text of [
    '',
    '80',
    '0:80',
    '80:0',
    '70000:80',
    'sctp:1:2',
    '1.2.3:1:2',
    '256.0.0.1:1:2',
    '-1:80',
  ])
    expect(parseForward(text)).toBeNull();
});

test('no two may take the same port, of one address or of all', () => {
  const at = (text: string): Forward => parseForward(text) as Forward;
  expect(forwardsClash(at('80:80'), at('80:8080'))).toBe(true);
  expect(forwardsClash(at('80:80'), at('0.0.0.0:80:1'))).toBe(true);
  expect(forwardsClash(at('80:80'), at('udp:80:80'))).toBe(false);
  expect(forwardsClash(at('127.0.0.2:80:80'), at('80:80'))).toBe(false);
  expect(forwardsSchema.safeParse([at('80:80'), at('81:80')]).success).toBe(true);
  expect(forwardsSchema.safeParse([at('80:80'), at('0.0.0.0:80:80')]).success).toBe(false);
});
