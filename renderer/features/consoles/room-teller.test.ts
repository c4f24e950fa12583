import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ViewSize } from '@shared/consoles/view-size.js';
import { RoomTeller } from './room-teller.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function scene() {
  const told: (ViewSize | null)[] = [];
  const terminal = {
    cols: 80,
    rows: 24,
    resize(cols: number, rows: number) {
      Object.assign(terminal, { cols, rows });
    },
  };
  return { told, terminal, room: new RoomTeller(terminal, (size) => told.push(size)) };
}

test('a size is told when it has settled, the last one; coming and going at once', () => {
  const { told, terminal, room } = scene();
  room.set({ cols: 100, rows: 30 });
  expect(told).toEqual([{ cols: 100, rows: 30 }]);
  for (let cols = 99; cols >= 60; cols -= 1) room.set({ cols, rows: 30 });
  expect(terminal.cols).toBe(60);
  expect(told).toHaveLength(1);
  vi.runAllTimers();
  expect(told).toEqual([
    { cols: 100, rows: 30 },
    { cols: 60, rows: 30 },
  ]);
  room.set(null);
  expect(told.at(-1)).toBeNull();
});

test('another view with less room limits it, and lets it go again', () => {
  const { terminal, room } = scene();
  room.set({ cols: 100, rows: 30 });
  room.limit({ cols: 70, rows: 50 });
  expect([terminal.cols, terminal.rows, room.isLimited]).toEqual([70, 30, true]);
  room.limit(null);
  expect([terminal.cols, terminal.rows, room.isLimited]).toEqual([100, 30, false]);
});

test('a new stream is told the room anew', () => {
  const { told, room } = scene();
  room.set({ cols: 100, rows: 30 });
  room.again();
  expect(told).toHaveLength(2);
});
