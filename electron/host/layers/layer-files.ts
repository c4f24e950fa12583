import { chmod, open, readlink, realpath, rm, stat } from 'node:fs/promises';
import { failure } from '@shared/errors/paddock-error.js';
import { changedSectors, lastChangedSector } from '@shared/layers/cow-bitmap.js';
import {
  COW_HEADER_SIZE,
  cowLayout,
  encodeCowHeader,
  parseCowHeader,
  pathPatch,
  SECTOR_SIZE,
  startsAsCow,
  type CowHeader,
} from '@shared/layers/cow-header.js';
import {
  PARTITION_TABLE_END,
  partitionStarts,
  SAFE_WRITE_UNIT,
  smallUnitOf,
  SUPERBLOCK_END,
  type SmallUnit,
} from '@shared/images/write-units.js';
import type { LayerView } from '@shared/vms/vm-view.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import { dataExtents } from '../platform/sparse-file.js';

const BITMAP_PIECE = 1024 * 1024;

/**
 * That a disk can be copied whole: it is there, and no layer, which is useless without its base. Throws Failure:
 * image-missing, image-is-layer, image-size-odd.
 */
export async function checkDisk(path: string): Promise<Buffer> {
  const file = await statOrNull(path);
  if (!file?.isFile()) throw failure('image-missing', { path });
  if (file.size === 0 || file.size % SECTOR_SIZE !== 0)
    throw failure('image-size-odd', { path, size: file.size });
  const start = await readStart(path, PARTITION_TABLE_END);
  if (startsAsCow(start)) throw failure('image-is-layer', { path });
  return start;
}

/**
 * Everything that would make a layer on this disk wrong or impossible. Throws Failure: as checkDisk, and
 * image-small-blocks, and image-in-use when `free` and somebody writes to it.
 */
export async function checkBase(path: string, { free = true } = {}): Promise<void> {
  const small = await smallUnitOn(path, await checkDisk(path));
  if (small !== null) throw failure('image-small-blocks', { path, what: small.what, blockSize: small.bytes });
  if (!free) return;
  const writer = (await fileLocks(path)).find((lock) => lock.kind === 'write');
  if (writer) throw failure('image-in-use', { path, pid: writer.pid });
}

/**
 * Makes an empty layer on a base, byte for byte what uml_mkcow makes, and takes the write permission off the base:
 * a base that is written to breaks every layer on it. `name` is the path that the header gives the base: one that UML
 * can open (SafeLinks).
 */
export async function createLayer(path: string, base: string, name = base): Promise<void> {
  await checkBase(base);
  await chmod(base, 0o444).catch(() => {
    // Somebody else's file: they can write to it, we can't.
  });
  const { size } = await stat(base);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write(
      encodeCowHeader({ path: name, mtimeSeconds: await mtimeSeconds(base), sizeBytes: size }),
    );
    await file.truncate(cowLayout(size).dataOffset + size);
  } catch (error) {
    await rm(path, { force: true });
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? failure('no-space', { path }) : error;
  } finally {
    await file.close();
  }
}

/** A layer's header. Throws Failure: layer-missing, layer-damaged. */
export async function readLayerHeader(path: string): Promise<CowHeader> {
  const file = await statOrNull(path);
  if (!file) throw failure('layer-missing', { path });
  // A pipe would be waited for.
  if (!file.isFile()) throw failure('layer-damaged', { path, why: 'it is not an ordinary file' });
  const result = parseCowHeader(await readStart(path, COW_HEADER_SIZE), file.size);
  if (!result.ok) throw failure('layer-damaged', { path, why: result.why });
  return result.header;
}

/**
 * That a layer and its base fit, as the kernel will check, before the kernel does: it only prints a line and then
 * panics for want of a root. Throws Failure: layer-*, and layer-locked when `free` and somebody uses either.
 */
export async function checkLayer(path: string, { free }: { free: boolean }): Promise<CowHeader> {
  const header = await readLayerHeader(path);
  await layerSizes(path, header);
  const base = await realName(header.backingPath);
  const file = await statOrNull(base);
  if (!file) throw failure('layer-base-missing', { base });
  if (file.size !== header.backingSizeBytes)
    throw failure('layer-base-resized', { base, was: header.backingSizeBytes, now: file.size });
  const mtime = await mtimeSeconds(base);
  if (mtime !== header.backingMtimeSeconds) {
    throw failure('layer-base-changed', {
      base,
      was: new Date(header.backingMtimeSeconds * 1000).toISOString(),
      now: new Date(mtime * 1000).toISOString(),
    });
  }
  if (free) {
    const [lock] = await fileLocks(path);
    if (lock) throw failure('layer-locked', { path, pid: lock.pid });
    const writer = (await fileLocks(base)).find((other) => other.kind === 'write');
    if (writer) throw failure('layer-locked', { path: base, pid: writer.pid });
  }
  return header;
}

/** What a person calls a base: where its link leads, be it there or not. */
async function realName(path: string): Promise<string> {
  return realpath(path).catch(() => readlink(path).catch(() => path));
}

/** Gives a layer another path for its base; on the disk when it returns. Throws Failure as readLayerHeader. */
export async function repointLayer(path: string, base: string): Promise<void> {
  const { version } = await readLayerHeader(path);
  const { offset, bytes } = pathPatch(version, base);
  const file = await open(path, 'r+');
  try {
    await file.write(bytes, 0, bytes.length, offset);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What the layer holds, by its bitmap and by its blocks on disk. Throws as readLayerHeader. */
export async function layerView(path: string): Promise<LayerView> {
  const header = await readLayerHeader(path);
  return { path, basePath: header.backingPath, ...(await layerSizes(path, header)) };
}

/** Changed bytes by the bitmap, and bytes on disk by the blocks. Throws Failure `layer-damaged` for one that was cut off. */
export async function layerSizes(
  path: string,
  header: CowHeader,
): Promise<Pick<LayerView, 'changedBytes' | 'onDiskBytes'>> {
  const file = await open(path, 'r');
  let sectors = 0;
  let last = -1;
  try {
    const { bitmapOffset, bitmapBytes } = header;
    // A bitmap is mostly holes: of a layer on 8 GB, which has 2 MB of it, a few pages are read.
    for (const { start, end } of dataExtents(file.fd, bitmapOffset, bitmapOffset + bitmapBytes))
      for (let at = start; at < end; at += BITMAP_PIECE) {
        const piece = Buffer.allocUnsafe(Math.min(BITMAP_PIECE, end - at));
        const { bytesRead } = await file.read(piece, 0, piece.length, at);
        const read = piece.subarray(0, bytesRead);
        sectors += changedSectors(read);
        const lastHere = lastChangedSector(read);
        if (lastHere >= 0) last = (at - bitmapOffset) * 8 + lastHere;
      }
    const { blocks, size } = await file.stat();
    // The kernel reads zeros behind a file's end, and would lose without a word what was cut off.
    if (header.dataOffset + (last + 1) * SECTOR_SIZE > size)
      throw failure('layer-damaged', {
        path,
        why: 'it was cut off: what its bitmap promises is not all there',
      });
    return { changedBytes: sectors * SECTOR_SIZE, onDiskBytes: blocks * 512 };
  } finally {
    await file.close();
  }
}

/**
 * Modification time in whole seconds, as the kernel takes it. From nanoseconds: Node's `mtime` and `mtimeMs` are
 * rounded, and so may already be in the next second.
 */
export async function mtimeSeconds(path: string): Promise<number> {
  return Number((await stat(path, { bigint: true })).mtimeNs / 1_000_000_000n);
}

/** What on a disk, or in a partition of it, is written in pieces too small for a layer; null when all is well. */
async function smallUnitOn(path: string, start: Buffer): Promise<SmallUnit | null> {
  const whole = smallUnitOf(start);
  if (whole !== null) return whole;
  for (const at of partitionStarts(start)) {
    if (at % SAFE_WRITE_UNIT !== 0)
      return { bytes: 512, what: `has a partition that starts at sector ${at / 512}, not on a 4 KB border` };
    const small = smallUnitOf(await readStart(path, SUPERBLOCK_END, at));
    if (small !== null) return small;
  }
  return null;
}

async function readStart(path: string, length: number, at = 0): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
