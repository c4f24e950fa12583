import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from './run.js';
import { availableBytes, takenAfter } from './memory-taken.js';

const at = '2026-11-27T00:00:00.000Z';
const command = (text: string, ok = true): RunEvent => ({ at, kind: 'command', command: text, ok });
const MIB = 1024 * 1024;

test('taken, given back, refused, and all back after a reboot', () => {
  const events = [
    command('config mem=-40M'),
    command('config mem=+8M'),
    command('config mem=-9G', false),
    command('version'),
  ];
  expect(events.reduce(takenAfter, 0)).toBe(32 * MIB);
  expect(takenAfter(32 * MIB, { at, kind: 'reboot' })).toBe(0);
  expect(takenAfter(0, command('config mem=-512k'))).toBe(512 * 1024);
  expect(takenAfter(5, command('config mem=+1G'))).toBe(0);
});

test('never less than nothing, whatever is typed', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      expect(texts.map((text) => command(`config mem=${text}`)).reduce(takenAfter, 0)).toBeGreaterThanOrEqual(
        0,
      );
    }),
  );
});

test('what meminfo says', () => {
  expect(
    availableBytes('MemTotal:         111152 kB\nMemFree:           86116 kB\nMemAvailable:      85400 kB\n'),
  ).toBe(85_400 * 1024);
  expect(availableBytes('nonsense')).toBeNull();
});
