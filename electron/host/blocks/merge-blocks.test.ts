import {
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
  closeSync,
  ftruncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { cowLayout, encodeCowHeader } from '@shared/layers/cow-header.js';
import { hashDisk } from './hash-disk.js';
import { checkMerge, checkMergedInto, compareDisks, mergeBlocks, mergeInto } from './merge-blocks.js';

const folder = mkdtempSync(join(tmpdir(), 'paddock-blocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const told = (): void => {};
let count = 0;
const fresh = (): string => join(folder, `file-${(count += 1)}`);

/** A piece of a disk: so many sectors, and what is in them; null: a hole. */
interface Piece {
  sectors: number;
  fill: number | null;
  /** The layer has it. */
  changed: boolean;
}

const pieces = fc.array(
  fc.record({
    sectors: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 100, max: 700 })),
    fill: fc.option(fc.nat({ max: 255 })),
    changed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);

function writeSparse(
  path: string,
  size: number,
  parts: readonly { at: number; bytes: Buffer | null }[],
): void {
  const fd = openSync(path, 'w');
  ftruncateSync(fd, size);
  for (const { at, bytes } of parts) if (bytes) writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
}

/** A base, a layer on it as the kernel would write it, and what both are together, counted here. */
function makePair(
  disk: readonly Piece[],
  below: readonly Piece[],
): { base: string; layer: string; expected: Buffer } {
  const [base, layer] = [fresh(), fresh()];
  const size = disk.reduce((sum, { sectors }) => sum + sectors, 0) * 512;
  const expected = Buffer.alloc(size);
  const baseParts: { at: number; bytes: Buffer | null }[] = [];
  let at = 0;
  for (const { sectors, fill } of below) {
    if (at >= size) break;
    const length = Math.min(sectors * 512, size - at);
    const bytes = fill === null ? null : Buffer.alloc(length, fill);
    bytes?.copy(expected, at);
    baseParts.push({ at, bytes });
    at += length;
  }
  writeSparse(base, size, baseParts);
  const { bitmapOffset, bitmapBytes, dataOffset } = cowLayout(size);
  const bitmap = Buffer.alloc(bitmapBytes);
  const layerParts: { at: number; bytes: Buffer | null }[] = [];
  at = 0;
  for (const { sectors, fill, changed } of disk) {
    const length = sectors * 512;
    if (changed) {
      const bytes = fill === null ? null : Buffer.alloc(length, fill);
      expected.fill(fill ?? 0, at, at + length);
      layerParts.push({ at: dataOffset + at, bytes });
      for (let n = at / 512; n < (at + length) / 512; n += 1)
        bitmap[n >> 3] = (bitmap[n >> 3] ?? 0) | (1 << (n & 7));
    }
    at += length;
  }
  const header = Buffer.from(encodeCowHeader({ path: base, mtimeSeconds: 1, sizeBytes: size }));
  layerParts.push({ at: 0, bytes: header }, { at: bitmapOffset, bytes: bitmap });
  writeSparse(layer, dataOffset + size, layerParts);
  return { base, layer, expected };
}

const realBytes = (path: string): number => statSync(path).blocks * 512;

test('merged, into a new file and into the base, it is what base and layer are together, in no more room', () => {
  fc.assert(
    fc.property(pieces, pieces, (disk, below) => {
      const { base, layer, expected } = makePair(disk, below);
      const target = fresh();
      mergeBlocks(base, layer, target, told);
      expect(readFileSync(target).equals(expected)).toBe(true);
      expect(checkMerge(base, layer, target, told)).toBeNull();
      // Each file may round up to a block at each end of its pieces.
      expect(realBytes(target)).toBeLessThanOrEqual(realBytes(base) + realBytes(layer) + 8192 * disk.length);
      mergeInto(base, layer, told);
      expect(checkMergedInto(base, layer, told)).toBeNull();
      expect(compareDisks(base, target, told)).toBeNull();
      expect(hashDisk(base, told)).toBe(hashDisk(target, told));
      // Once more does no harm.
      mergeInto(base, layer, told);
      expect(readFileSync(base).equals(expected)).toBe(true);
      for (const path of [base, layer, target]) rmSync(path);
    }),
    { numRuns: 60 },
  );
});

test('a byte that is wrong anywhere is found, where it is', () => {
  fc.assert(
    fc.property(pieces, pieces, fc.nat(), (disk, below, where) => {
      const { base, layer, expected } = makePair(disk, below);
      const target = fresh();
      mergeBlocks(base, layer, target, told);
      const at = where % expected.length;
      const fd = openSync(target, 'r+');
      writeSync(fd, Buffer.from([(expected[at] ?? 0) ^ 1]), 0, 1, at);
      closeSync(fd);
      expect(checkMerge(base, layer, target, told)).toBe(at);
      const whole = fresh();
      mergeBlocks(base, layer, whole, told);
      expect(compareDisks(whole, target, told)).toBe(at);
      expect(hashDisk(whole, told)).not.toBe(hashDisk(target, told));
      for (const path of [base, layer, target, whole]) rmSync(path);
    }),
    { numRuns: 40 },
  );
});

test('a hash is of what a disk holds, not of its holes, and of its size', () => {
  const [holes, zeros, longer] = [fresh(), fresh(), fresh()];
  writeSparse(holes, 5_000_192, [{ at: 3_000_000, bytes: Buffer.from('here') }]);
  writeSparse(zeros, 5_000_192, [
    { at: 0, bytes: Buffer.alloc(2_500_000) },
    { at: 3_000_000, bytes: Buffer.from('here') },
  ]);
  writeSparse(longer, 5_000_704, [{ at: 3_000_000, bytes: Buffer.from('here') }]);
  expect(hashDisk(holes, told)).toBe(hashDisk(zeros, told));
  expect(hashDisk(longer, told)).not.toBe(hashDisk(zeros, told));
  expect(compareDisks(holes, zeros, told)).toBeNull();
  expect(compareDisks(holes, longer, told)).toBe(5_000_192);
});

test('what was cut off is noticed, never taken for zeros', () => {
  const { base, layer } = makePair(
    [{ sectors: 64, fill: 7, changed: true }],
    [{ sectors: 64, fill: 2, changed: false }],
  );
  truncateSync(layer, statSync(layer).size - 512);
  expect(() => mergeBlocks(base, layer, fresh(), told)).toThrow(/cut off/);
});

test('a target that is there is never overwritten, and a base of another size is refused', () => {
  const { base, layer } = makePair(
    [{ sectors: 8, fill: 1, changed: true }],
    [{ sectors: 8, fill: 2, changed: false }],
  );
  expect(() => mergeBlocks(base, layer, layer, told)).toThrow(/EEXIST/);
  writeSparse(base, 8192, []);
  expect(() => mergeBlocks(base, layer, fresh(), told)).toThrow(/8192 bytes instead of 4096/);
  expect(() => mergeInto(base, layer, told)).toThrow(/8192/);
});
