import { expect, test } from 'vitest';
import { guestToolsOffer } from './guest-tools-words.js';

const answering = { version: '1', readyAt: null, addresses: [] };

test('guest tools are added where there are none, and updated where they speak otherwise', () => {
  const offer = (usable: boolean | null, guestToolsExpected: boolean) =>
    guestToolsOffer({ guestTools: usable === null ? null : { ...answering, usable }, guestToolsExpected });
  expect(offer(null, false)).toBe('add');
  expect(offer(null, true)).toBeNull();
  expect(offer(true, true)).toBeNull();
  expect(offer(false, true)).toBe('update');
  expect(offer(false, false)).toBe('update');
});
