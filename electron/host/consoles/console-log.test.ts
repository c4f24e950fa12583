import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleLog } from './console-log.js';
import { lineMapOf } from './line-map.js';
import { logChunks } from './log-lines.js';
import { LogCompressor } from './log-compressor.js';
import type { LogLimits } from './log-limits.js';
import { consolesIn, logBytesOnDisk } from './log-segments.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/pdk-log-');
});
afterEach(() => rmSync(folder, { recursive: true }));

const small: LogLimits = { segmentBytes: 4096, runBytes: 16 * 1024, compressFromBytes: 1024 };
const unlimited: LogLimits = { ...small, runBytes: Infinity };
const path = (): string => join(folder, 'con0.log');
const reopened = (limits = small): ConsoleLog => new ConsoleLog(path(), { write: false }, limits);

/** Everything that can be read, by offset. */
async function readAll(log: ConsoleLog): Promise<{ offset: number; bytes: Buffer }[]> {
  const chunks: { offset: number; bytes: Buffer }[] = [];
  for await (const chunk of logChunks(log)) chunks.push(chunk);
  return chunks;
}

const buffers = (pieces: readonly (readonly [string, number])[]): Buffer[] =>
  pieces.map(([text, times]) => Buffer.from(text.repeat(times)));

/** Appends of all sizes, with lines and without; some larger than a segment. */
const appends = fc.array(
  fc.tuple(
    fc.constantFrom('x', 'ab\n', '[ 1.2] a line of the kernel\r\n', '\n', 'é', '\u001b[1m'),
    fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(300, 2000)),
  ),
  { minLength: 1, maxLength: 30 },
);
const clean = (): void => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
};

test('every byte is read back at its offset, live, ended, reopened and compressed', async () => {
  await fc.assert(
    fc.asyncProperty(appends, fc.nat(), async (parts, somewhere) => {
      clean();
      const pieces = buffers(parts);
      const log = new ConsoleLog(path(), { write: true }, unlimited);
      for (const piece of pieces) log.append(piece);
      const whole = Buffer.concat(pieces);
      const offset = somewhere % whole.length;
      const check = async (of: ConsoleLog): Promise<void> => {
        expect(of.length).toBe(whole.length);
        expect(of.stretches()).toEqual([{ from: 0, to: whole.length }]);
        expect(Buffer.concat((await readAll(of)).map(({ bytes }) => bytes)).equals(whole)).toBe(true);
        const some = await of.read(offset, 100);
        expect(some.length).toBeGreaterThan(0);
        expect(some.equals(whole.subarray(offset, offset + some.length))).toBe(true);
      };
      await check(log);
      log.finish();
      await check(log);
      await check(reopened());
      const compressor = new LogCompressor({ ...small, compressFromBytes: 1 });
      compressor.add(folder);
      await compressor.whenIdle();
      expect(readdirSync(folder).filter((name) => name.endsWith('.log'))).toEqual([]);
      // Who has the log open goes on reading, and who opens it reads the same.
      await check(log);
      await check(reopened());
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('over the limit the first segment and the newest stay, and the gap is told', async () => {
  await fc.assert(
    fc.asyncProperty(appends, async (parts) => {
      clean();
      const pieces = buffers(parts);
      const log = new ConsoleLog(path(), { write: true }, small);
      for (const piece of [...pieces, ...pieces, ...pieces]) log.append(piece);
      const whole = Buffer.concat([...pieces, ...pieces, ...pieces]);
      log.finish();
      for (const of of [log, reopened()]) {
        const chunks = await readAll(of);
        for (const { offset, bytes } of chunks)
          expect(bytes.equals(whole.subarray(offset, offset + bytes.length))).toBe(true);
        const kept = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
        expect(of.keptBytes).toBe(kept);
        expect(of.length).toBe(whole.length);
        expect(of.stretches()[0]?.from).toBe(0);
        expect(of.stretches().at(-1)?.to).toBe(whole.length);
        expect(of.stretches().length).toBeLessThanOrEqual(2);
        const largest = Math.max(...pieces.map(({ length }) => length));
        if (kept < whole.length)
          expect(kept).toBeGreaterThan(small.runBytes - small.segmentBytes - 2 * largest);
        expect(logBytesOnDisk(folder)).toBeLessThanOrEqual(
          small.runBytes + 2 * (small.segmentBytes + largest) + statSync(join(folder, 'con0.times')).size,
        );
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('lines have the numbers and places that a plain count gives, with the index, without it, and behind a gap', async () => {
  await fc.assert(
    fc.asyncProperty(appends, fc.boolean(), async (parts, hasIndex) => {
      clean();
      const pieces = buffers(parts);
      const log = new ConsoleLog(path(), { write: true }, small);
      for (const piece of pieces) log.append(piece);
      const whole = Buffer.concat(pieces);
      log.finish();
      const isWhole = log.keptBytes === whole.length;
      if (!hasIndex && isWhole) rmSync(join(folder, 'con0.times'));
      const map = lineMapOf(reopened());
      const before = (offset: number): number =>
        whole.subarray(0, offset).filter((byte) => byte === 10).length;
      for (const stretch of await map.stretches()) {
        expect(stretch.line).toBe(before(stretch.from));
        const text = whole.subarray(stretch.from, stretch.to).toString('latin1');
        const lines = text.split('\n');
        if (lines.at(-1) === '') lines.pop();
        expect(stretch.lines).toBe(lines.length);
        let offset = stretch.from;
        // Of many lines some, those at both ends among them.
        const step = Math.ceil(lines.length / 50);
        for (const [n, line] of lines.entries()) {
          if (n % step === 0 || n > lines.length - 3)
            expect(await map.offsetOf(stretch.line + n, stretch)).toBe(offset);
          if (n % step === 0) expect(await map.lineAt(offset)).toBe(stretch.line + n);
          offset += line.length + 1;
        }
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('a log of one file, as an older Paddock wrote it, is a log', async () => {
  writeFileSync(path(), 'old\nlog\n'.repeat(2000));
  const log = reopened();
  expect([log.length, log.keptBytes]).toEqual([16_000, 16_000]);
  expect(await lineMapOf(log).stretches()).toEqual([{ from: 0, to: 16_000, line: 0, lines: 4000 }]);
  expect(lineMapOf(log).timeAt(100)).toBeNull();
  expect(consolesIn(folder)).toEqual(['con0']);
});

test('a log that is gone on with counts on, with a cut index and without one', async () => {
  for (const damage of [
    () => {},
    () => truncateSync(join(folder, 'con0.times'), 25),
    () => rmSync(join(folder, 'con0.times')),
  ]) {
    clean();
    const first = new ConsoleLog(path(), { write: true }, unlimited);
    for (let n = 0; n < 400; n += 1) first.append(Buffer.from(`line ${n}\n`));
    // Killed: nothing was finished.
    damage();
    const second = new ConsoleLog(path(), { write: true }, unlimited);
    for (let n = 400; n < 800; n += 1) second.append(Buffer.from(`line ${n}\n`));
    second.finish();
    const [stretch] = await lineMapOf(reopened()).stretches();
    expect(stretch).toMatchObject({ line: 0, lines: 800 });
    if (stretch) {
      const offset = await lineMapOf(reopened()).offsetOf(500, stretch);
      expect((await reopened().read(offset, 9)).toString()).toBe('line 500\n');
    }
  }
});

test('lines have the times at which they came', async () => {
  const log = new ConsoleLog(path(), { write: true }, unlimited);
  const marks: { offset: number; from: number; to: number }[] = [];
  for (let n = 0; n < 5; n += 1) {
    const from = Date.now();
    marks.push({ offset: log.length, from, to: from + 15 });
    log.append(Buffer.from(`line ${n}\n`));
    while (Date.now() < from + 15);
  }
  log.finish();
  const map = lineMapOf(reopened());
  await map.load();
  for (const { offset, from, to } of marks) {
    expect(map.timeAt(offset)).toBeGreaterThanOrEqual(from);
    expect(map.timeAt(offset)).toBeLessThanOrEqual(to + 5);
  }
});

test('a damaged or missing part is a gap, and what is behind it is read', async () => {
  const log = new ConsoleLog(path(), { write: true }, { ...unlimited, segmentBytes: 600_000 });
  const whole = Buffer.from(Array.from({ length: 150_000 }, (_, n) => `line ${n}\n`).join(''));
  for (let at = 0; at < whole.length; at += 65_536) log.append(whole.subarray(at, at + 65_536));
  log.finish();
  const compressor = new LogCompressor(small);
  compressor.add(folder);
  await compressor.whenIdle();
  const names = readdirSync(folder).filter((name) => name.endsWith('.gz'));
  expect(names).toHaveLength(3);
  // Standard gzip reads it.
  const sorted = names.sort(
    (a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]) || a.length - b.length,
  );
  const first = sorted.find((name) => name === 'con0.log.gz') ?? '';
  const others = sorted.filter((name) => name !== first);
  const unzipped = Buffer.concat(
    [first, ...others].map((name) => gunzipSync(readFileSync(join(folder, name)))),
  );
  expect(unzipped.equals(whole)).toBe(true);
  // A bit of the first part flips, and a file goes.
  const bytes = readFileSync(join(folder, first));
  bytes[1000] = (bytes[1000] ?? 0) ^ 0x10;
  writeFileSync(join(folder, first), bytes);
  rmSync(join(folder, others[0] ?? ''));
  const damaged = reopened();
  const chunks = await readAll(damaged);
  for (const chunk of chunks)
    expect(chunk.bytes.equals(whole.subarray(chunk.offset, chunk.offset + chunk.bytes.length))).toBe(true);
  expect(damaged.stretches()).toHaveLength(2);
  expect(damaged.stretches()[0]?.from).toBe(262_144);
  expect(damaged.stretches().at(-1)?.to).toBe(whole.length);
});

test('what is no file of the log is none: links, other names, an index of somebody else', async () => {
  writeFileSync(path(), 'mine\n');
  writeFileSync(join(folder, 'secret'), 'secret\n');
  symlinkSync(join(folder, 'secret'), join(folder, 'con0.5.log'));
  symlinkSync(join(folder, 'secret'), join(folder, 'con1.log'));
  writeFileSync(join(folder, 'con0.007.log'), 'x');
  writeFileSync(join(folder, 'con0.12.log.gz'), 'not gzip at all, but long enough for a header');
  writeFileSync(join(folder, 'con0.times'), Buffer.alloc(180, 0xff));
  const log = reopened();
  expect([log.length, log.keptBytes]).toEqual([5, 5]);
  expect(await lineMapOf(log).stretches()).toEqual([{ from: 0, to: 5, line: 0, lines: 1 }]);
  expect(new ConsoleLog(join(folder, 'con1.log'), { write: false }).isThere).toBe(false);
});

test('a compression that was cut off is begun again', async () => {
  writeFileSync(path(), 'a line\n'.repeat(1000));
  writeFileSync(join(folder, 'con0.log.gz.partial'), 'half of it');
  // Killed between the new name and the removal of the old file.
  writeFileSync(join(folder, 'con0.log.gz'), readFileSync(path()).subarray(0, 40));
  expect(reopened().length).toBe(7000);
  const compressor = new LogCompressor(small);
  compressor.add(folder);
  await compressor.whenIdle();
  expect(readdirSync(folder)).toEqual(['con0.log.gz']);
  expect((await reopened().read(6993, 100)).toString()).toBe('a line\n');
});
