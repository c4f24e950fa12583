import { closeSync, constants, fstatSync, ftruncateSync, openSync } from 'node:fs';
import type { CowHeader } from '@shared/layers/cow-header.js';
import {
  cloneFile,
  copyRange,
  dataExtents,
  nextData,
  readFully,
  zeroRange,
  type Extent,
} from '../platform/sparse-file.js';
import { headerOf, runsOf } from './layer-file.js';

/** Of the base only what the layer doesn't cover is copied; runs that are smaller aren't worth a seek. */
const WORTH_SKIPPING = 64 * 1024;
/** What is compared at once. */
const WINDOW = 1024 * 1024;

type Told = (done: number, total: number) => void;

/**
 * Base and layer as one new disk: what the base has but the layer doesn't cover, then the layer's runs, each in the
 * kernel and without its holes. Returns the bytes written. It is its caller who has the target flushed to the disk.
 */
export function mergeBlocks(base: string, layer: string, target: string, told: Told): number {
  return withFiles([
    [base, constants.O_RDONLY],
    [layer, constants.O_RDONLY],
    [target, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL],
  ])(([baseFd, layerFd, targetFd]) => {
    const header = checkedHeader(baseFd, layerFd);
    const size = header.backingSizeBytes;
    let written = 0;
    const isCloned = cloneFile(baseFd, targetFd);
    ftruncateSync(targetFd, size);
    const kept = isCloned ? [] : [...uncovered(baseFd, layerFd, header)];
    const total = bytesIn(kept) + bytesIn(layerData(layerFd, header));
    const count = (bytes: number): void => told((written += bytes), total);
    for (const { start, end } of kept)
      copyRange({ fd: baseFd, at: start }, { fd: targetFd, at: start }, end - start, count);
    writeRuns(layerFd, header, targetFd, isCloned, count);
    return written;
  });
}

/**
 * Writes what the layer holds into the base, which its caller has flushed to the disk. Idempotent: after a crash it is
 * simply done again.
 */
export function mergeInto(base: string, layer: string, told: Told): number {
  return withFiles([
    [base, constants.O_RDWR],
    [layer, constants.O_RDONLY],
  ])(([baseFd, layerFd]) => {
    const header = checkedHeader(baseFd, layerFd);
    const total = bytesIn(layerData(layerFd, header));
    let written = 0;
    writeRuns(layerFd, header, baseFd, true, (bytes) => told((written += bytes), total));
    return written;
  });
}

/** The first byte of what the layer holds that is not so in the disk it was merged into; null when all of it is. */
export function checkMergedInto(base: string, layer: string, told: Told): number | null {
  return withFiles([
    [base, constants.O_RDONLY],
    [layer, constants.O_RDONLY],
  ])(([baseFd, layerFd]) => {
    const header = checkedHeader(baseFd, layerFd);
    const [found, expected] = [Buffer.allocUnsafe(WINDOW), Buffer.allocUnsafe(WINDOW)];
    for (const run of runsOf(layerFd, header))
      for (let at = run.start; at < run.end; at += WINDOW) {
        const length = Math.min(WINDOW, run.end - at);
        const [is, should] = [found.subarray(0, length), expected.subarray(0, length)];
        readFully(baseFd, is, at);
        readFully(layerFd, should, header.dataOffset + at);
        if (!is.equals(should)) return at + firstDifference(is, should);
        told(at, header.backingSizeBytes);
      }
    return null;
  });
}

/** The first byte at which a disk is not what base and layer are together; null when there is none. */
export function checkMerge(base: string, layer: string, target: string, told: Told): number | null {
  return withFiles([
    [base, constants.O_RDONLY],
    [layer, constants.O_RDONLY],
    [target, constants.O_RDONLY],
  ])(([baseFd, layerFd, targetFd]) => {
    const header = checkedHeader(baseFd, layerFd);
    const size = header.backingSizeBytes;
    const targetSize = fstatSync(targetFd).size;
    if (targetSize !== size) return Math.min(targetSize, size);
    const [expected, changed, found] = [WINDOW, WINDOW, WINDOW].map((bytes) => Buffer.allocUnsafe(bytes));
    const runs = runsOf(layerFd, header);
    let run = runs.next();
    for (let at = 0; at < size;) {
      const length = Math.min(WINDOW, size - at);
      const [is, should, over] = [found, expected, changed].map((buffer) => buffer?.subarray(0, length));
      if (!is || !should || !over) return at;
      readFully(baseFd, should, at);
      readFully(layerFd, over, header.dataOffset + at);
      while (!run.done && run.value.end <= at) run = runs.next();
      // The next window may need the same run again.
      while (!run.done && run.value.start < at + length) {
        const from = Math.max(run.value.start - at, 0);
        const to = Math.min(run.value.end - at, length);
        over.copy(should, from, from, to);
        if (run.value.end > at + length) break;
        run = runs.next();
      }
      readFully(targetFd, is, at);
      if (!is.equals(should)) return at + firstDifference(is, should);
      told(at + length, size);
      at = nextWindow(at + length, size, header, [baseFd, layerFd, targetFd]);
    }
    return null;
  });
}

/** The next place at which any of the three has data: where none has, all are zeros and so alike. */
function nextWindow(at: number, size: number, header: CowHeader, fds: readonly number[]): number {
  const [base = 0, layer = 0, target = 0] = fds;
  const next = Math.min(
    nextData(base, at),
    nextData(layer, header.dataOffset + at) - header.dataOffset,
    nextData(target, at),
    size,
  );
  // To a sector, so that runs are not cut.
  return Math.max(at, next - (next % 512));
}

/** The first byte at which two disks differ, null when they hold the same. */
export function compareDisks(a: string, b: string, told: Told): number | null {
  return withFiles([
    [a, constants.O_RDONLY],
    [b, constants.O_RDONLY],
  ])(([aFd, bFd]) => {
    const { size } = fstatSync(aFd);
    const other = fstatSync(bFd).size;
    if (size !== other) return Math.min(size, other);
    const buffers = [Buffer.allocUnsafe(WINDOW), Buffer.allocUnsafe(WINDOW)] as const;
    for (let at = Math.min(nextData(aFd, 0), nextData(bFd, 0)); at < size;) {
      const length = Math.min(WINDOW, size - at);
      const [left, right] = [buffers[0].subarray(0, length), buffers[1].subarray(0, length)];
      readFully(aFd, left, at);
      readFully(bFd, right, at);
      if (!left.equals(right)) return at + firstDifference(left, right);
      told(at + length, size);
      at = Math.min(nextData(aFd, at + length), nextData(bFd, at + length));
    }
    return null;
  });
}

/** What of the base the layer doesn't cover with large runs, and is no hole. */
function* uncovered(baseFd: number, layerFd: number, header: CowHeader): Generator<Extent> {
  const covers = runsOf(layerFd, header);
  let cover = covers.next();
  for (const extent of dataExtents(baseFd, 0, header.backingSizeBytes)) {
    let at = extent.start;
    while (!cover.done && cover.value.start < extent.end) {
      const { start, end } = cover.value;
      if (end > at && end - start >= WORTH_SKIPPING) {
        if (start > at) yield { start: at, end: start };
        at = Math.min(end, extent.end);
      }
      // It may go on into the next extent.
      if (end > extent.end) break;
      cover = covers.next();
    }
    if (at < extent.end) yield { start: at, end: extent.end };
  }
}

/** Writes the runs of a layer, their holes as zeros. */
function writeRuns(
  layerFd: number,
  header: CowHeader,
  targetFd: number,
  /** The target has what the base has everywhere, not only beside large runs. */
  isFull: boolean,
  count: (bytes: number) => void,
): void {
  for (const { start, end } of runsOf(layerFd, header)) {
    const isBare = !isFull && end - start >= WORTH_SKIPPING;
    let at = start;
    for (const data of dataExtents(layerFd, header.dataOffset + start, header.dataOffset + end)) {
      const from = data.start - header.dataOffset;
      if (!isBare) zeroRange(targetFd, at, from - at);
      copyRange({ fd: layerFd, at: data.start }, { fd: targetFd, at: from }, data.end - data.start, count);
      at = data.end - header.dataOffset;
    }
    if (!isBare) zeroRange(targetFd, at, end - at);
  }
}

/** What of a layer's runs is no hole. */
function* layerData(layerFd: number, header: CowHeader): Generator<Extent> {
  for (const { start, end } of runsOf(layerFd, header))
    yield* dataExtents(layerFd, header.dataOffset + start, header.dataOffset + end);
}

function bytesIn(extents: Iterable<Extent>): number {
  let bytes = 0;
  for (const { start, end } of extents) bytes += end - start;
  return bytes;
}

function checkedHeader(baseFd: number, layerFd: number): CowHeader {
  const header = headerOf(layerFd);
  const { size } = fstatSync(baseFd);
  if (size !== header.backingSizeBytes)
    throw new Error(`the base has ${size} bytes instead of ${header.backingSizeBytes}`);
  return header;
}

function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** Opens files for some work, and closes them however that ends. */
function withFiles<const P extends readonly (readonly [path: string, flags: number])[]>(
  files: P,
): <T>(work: (fds: { -readonly [K in keyof P]: number }) => T) => T {
  return (work) => {
    const fds: number[] = [];
    try {
      for (const [path, flags] of files) fds.push(openSync(path, flags, 0o600));
      return work(fds as never);
    } finally {
      for (const fd of fds) closeSync(fd);
    }
  };
}
