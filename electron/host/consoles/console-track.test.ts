import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONSOLE_WINDOW_BYTES } from '@shared/api/frames.js';
import type { Run } from '@shared/vms/run.js';
import { ConsoleLog } from './console-log.js';
import type { ConsoleEvent } from './console-stream.js';
import { ConsoleTrack } from './console-track.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync('/tmp/pdk-track-');
});
afterAll(() => rmSync(folder, { recursive: true }));

const SIZE = 2 * CONSOLE_WINDOW_BYTES;

/** Three runs that are over, each with more output than a window holds: all `1`, all `2`, all `3`. */
function threeRuns(): ConsoleTrack {
  const track = new ConsoleTrack();
  for (const number of [1, 2, 3]) {
    const path = join(folder, String(number));
    writeFileSync(path, String(number).repeat(SIZE));
    track.add({ run: ended(number), log: new ConsoleLog(path, { write: false }) });
  }
  return track;
}

function ended(number: number): Run {
  const at = '2026-11-21T10:00:00.000Z';
  const end = { at, exitCode: 0, signal: null, reason: { code: 'poweroff' as const } };
  const facts = { argv: [], kernelVersion: '', pid: null, pidStartTicks: null, place: null };
  return { number, startedAt: at, end, ...facts };
}

/** A window that handles what came when it is told to. */
class Window {
  readonly counts = new Map<string, number>();
  readonly events: string[] = [];
  waiting = 0;
  private look: (() => void) | null = null;

  sendOutput(bytes: Uint8Array): void {
    const from = String.fromCharCode(bytes[0] ?? 0);
    this.counts.set(from, (this.counts.get(from) ?? 0) + bytes.length);
    this.waiting += bytes.length;
    this.look?.();
  }

  sendEvent(event: ConsoleEvent): void {
    this.events.push('run' in event ? `${event.event.slice('console.run'.length)} ${event.run}` : 'live');
    this.look?.();
  }

  until(isSo: () => boolean): Promise<void> {
    return new Promise((done) => {
      this.look = () => isSo() && done();
      this.look();
    });
  }
}

async function attached(
  tailBytes = SIZE * 3,
): Promise<{ track: ConsoleTrack; window: Window; goOn: (isSo: () => boolean) => Promise<void> }> {
  const track = threeRuns();
  const window = new Window();
  const stream = await track.attach(window, { tailBytes, leaps: false });
  stream.wake();
  const goOn = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      const count = window.waiting;
      window.waiting = 0;
      stream.acknowledge(count);
      await window.until(() => window.waiting > 0 || isSo());
    }
  };
  return { track, window, goOn };
}

test('the run that is being read is removed: the next one follows from its beginning', async () => {
  const { track, window, goOn } = await attached();
  await goOn(() => (window.counts.get('2') ?? 0) > 1000);
  const seen = window.counts.get('2') ?? 0;
  expect(seen).toBeLessThan(SIZE);
  track.remove(2);
  await goOn(() => window.events.includes('live'));
  expect(window.events).toEqual(['Start 1', 'End 1', 'Start 2', 'Start 3', 'End 3', 'live']);
  expect([window.counts.get('1'), window.counts.get('3')]).toEqual([SIZE, SIZE]);
  // What was read when it went, and no byte more.
  expect(window.counts.get('2')).toBe(seen);
});

test('removed in the middle of a read: what was read is not taken for the next run’s', async () => {
  const { track, window, goOn } = await attached();
  expect(window.events).toEqual(['Start 1']);
  expect(window.waiting).toBe(0);
  track.remove(1);
  await goOn(() => window.events.includes('live'));
  expect([...window.counts.entries()]).toEqual([
    ['2', SIZE],
    ['3', SIZE],
  ]);
});

test('a run before it is removed: not a byte is missing or comes twice', async () => {
  const { track, window, goOn } = await attached();
  await goOn(() => (window.counts.get('2') ?? 0) > 1000);
  track.remove(1);
  await goOn(() => window.events.includes('live'));
  expect([...window.counts.values()]).toEqual([SIZE, SIZE, SIZE]);
  expect(window.events).toEqual(['Start 1', 'End 1', 'Start 2', 'End 2', 'Start 3', 'End 3', 'live']);
  expect(track.bytes).toBe(2 * SIZE);
});

test('a run after it is removed: it never comes', async () => {
  const { track, window, goOn } = await attached();
  await goOn(() => (window.counts.get('1') ?? 0) > 1000);
  track.remove(2);
  await goOn(() => window.events.includes('live'));
  expect(window.events).toEqual(['Start 1', 'End 1', 'Start 3', 'End 3', 'live']);
});

test('removed while a follower looks where its tail begins', async () => {
  const track = threeRuns();
  const window = new Window();
  const attaching = track.attach(window, { tailBytes: SIZE + 10, leaps: false });
  track.remove(2);
  (await attaching).wake();
  await window.until(() => window.waiting > 0);
  expect(window.events[0]).toBe('Start 1');
});

test('a follower of the newest run that is over goes on with the next', async () => {
  const { track, window, goOn } = await attached();
  await goOn(() => window.events.includes('live'));
  track.remove(3);
  track.remove(1);
  writeFileSync(join(folder, '4'), '4444');
  track.add({ run: { ...ended(4), end: null }, log: new ConsoleLog(join(folder, '4'), { write: false }) });
  await window.until(() => window.counts.get('4') === 4);
  expect(window.events.at(-1)).toBe('Start 4');
});

test('a follower that leaps is told what it missed of a flood, and goes on at the beginning of a line', async () => {
  const track = new ConsoleTrack();
  const path = join(folder, 'flood');
  track.add({ run: { ...ended(1), end: null }, log: new ConsoleLog(path, { write: true }) });
  const pieces: Buffer[] = [];
  let skipped = 0;
  const sink = {
    sendOutput: (bytes: Uint8Array) => void pieces.push(Buffer.from(bytes)),
    sendEvent: (event: ConsoleEvent) => {
      if (event.event === 'console.leap') skipped += event.skippedBytes;
    },
  };
  const stream = await track.attach(sink, { tailBytes: 1000, leaps: true });
  stream.wake();
  const line = `${'x'.repeat(99)}\n`;
  const received = (): number => pieces.reduce((sum, piece) => sum + piece.length, 0);
  let said = 0;
  const flood = (lines: number): void => {
    track.append(Buffer.from(line.repeat(lines)));
    said += lines * line.length;
  };
  flood(1000);
  await expect.poll(received).toBe(said);
  expect(skipped).toBe(0);
  for (let n = 0; n < 300; n += 1) flood(100);
  await expect.poll(() => received() + skipped).toBe(said);
  expect(skipped).toBeGreaterThan(2_000_000);
  // No line is cut.
  expect(Buffer.concat(pieces).toString()).toBe(line.repeat(received() / line.length));
});
