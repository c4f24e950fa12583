import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InputPacer } from './input-pacer.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('a key goes out at once, a paste in pieces, in order and whole', () => {
  const out: Uint8Array[] = [];
  const pacer = new InputPacer((bytes) => out.push(bytes));
  pacer.type(Uint8Array.of(97));
  expect(out).toHaveLength(1);
  const paste = Uint8Array.from({ length: 10_000 }, (_, n) => n % 251);
  pacer.type(paste);
  vi.runAllTimers();
  expect(Buffer.concat(out.slice(1)).equals(Buffer.from(paste))).toBe(true);
  expect(Math.max(...out.map((piece) => piece.length))).toBeLessThanOrEqual(256);
});

test('Ctrl+C overtakes a paste that waits', () => {
  const out: Uint8Array[] = [];
  const pacer = new InputPacer((bytes) => out.push(bytes));
  pacer.type(new Uint8Array(100_000));
  pacer.type(Uint8Array.of(3));
  vi.runAllTimers();
  expect(out).toHaveLength(2);
  expect([...(out[1] ?? [])]).toEqual([3]);
});

test('a guest that never stops printing is typed into all the same', () => {
  const out: Uint8Array[] = [];
  const pacer = new InputPacer((bytes) => out.push(bytes));
  pacer.type(new Uint8Array(1024));
  for (let ms = 0; ms < 400; ms += 1) {
    pacer.output();
    vi.advanceTimersByTime(1);
  }
  expect(out).toHaveLength(4);
});

test('what a guest could not take in minutes doesn’t fill the memory, and room that comes again is used', () => {
  let written = 0;
  const takeAll = (): void => {
    while (vi.getTimerCount() > 0) vi.runOnlyPendingTimers();
  };
  const pacer = new InputPacer((bytes) => (written += bytes.length));
  const mib = new Uint8Array(1024 * 1024);
  for (let n = 0; n < 100; n += 1) pacer.type(mib);
  takeAll();
  expect(written).toBe(4 * mib.length);
  pacer.type(mib);
  takeAll();
  expect(written).toBe(5 * mib.length);
});
