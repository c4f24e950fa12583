import { chmod, open, rm, stat } from 'node:fs/promises';
import { failure } from '@shared/errors/paddock-error.js';
import {
  changedSectors,
  COW_HEADER_SIZE,
  cowLayout,
  encodeCowHeader,
  parseCowHeader,
  SECTOR_SIZE,
  startsAsCow,
  type CowHeader,
} from '@shared/layers/cow-header.js';
import { isSafeDiskPath } from '@shared/images/disk-path.js';
import { EXT_SUPERBLOCK_END, extBlockSize } from '@shared/images/ext-superblock.js';
import type { LayerView } from '@shared/vms/vm-view.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';

/** The kernel reads wrong data through a layer on a file system with smaller blocks (facts/images-and-cow 0.1). */
const SAFE_BLOCK_SIZE = 4096;
const BITMAP_PIECE = 1024 * 1024;

/**
 * Everything that would make a layer on this disk wrong or impossible. Throws Failure: image-missing, path-unsafe,
 * image-is-layer, image-size-odd, image-small-blocks, image-in-use.
 */
export async function checkBase(path: string): Promise<void> {
  if (!isSafeDiskPath(path)) throw failure('path-unsafe', { path });
  const file = await statOrNull(path);
  if (!file?.isFile()) throw failure('image-missing', { path });
  if (file.size === 0 || file.size % SECTOR_SIZE !== 0)
    throw failure('image-size-odd', { path, size: file.size });
  const start = await readStart(path, EXT_SUPERBLOCK_END);
  if (startsAsCow(start)) throw failure('image-is-layer', { path });
  const blockSize = extBlockSize(start);
  if (blockSize !== null && blockSize < SAFE_BLOCK_SIZE)
    throw failure('image-small-blocks', { path, blockSize });
  const writer = (await fileLocks(path)).find((lock) => lock.kind === 'write');
  if (writer) throw failure('image-in-use', { path, pid: writer.pid });
}

/**
 * Makes an empty layer on a base, byte for byte what uml_mkcow makes, and takes the write permission off the base:
 * a base that is written to breaks every layer on it.
 */
export async function createLayer(path: string, base: string): Promise<void> {
  await checkBase(base);
  await chmod(base, 0o444).catch(() => {
    // Somebody else's file: they can write to it, we can't.
  });
  const { size } = await stat(base);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write(
      encodeCowHeader({ path: base, mtimeSeconds: await mtimeSeconds(base), sizeBytes: size }),
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
  const base = await statOrNull(header.backingPath);
  if (!base) throw failure('layer-base-missing', { base: header.backingPath });
  if (base.size !== header.backingSizeBytes)
    throw failure('layer-base-resized', {
      base: header.backingPath,
      was: header.backingSizeBytes,
      now: base.size,
    });
  const mtime = await mtimeSeconds(header.backingPath);
  if (mtime !== header.backingMtimeSeconds) {
    throw failure('layer-base-changed', {
      base: header.backingPath,
      was: new Date(header.backingMtimeSeconds * 1000).toISOString(),
      now: new Date(mtime * 1000).toISOString(),
    });
  }
  if (free) {
    const [lock] = await fileLocks(path);
    if (lock) throw failure('layer-locked', { path, pid: lock.pid });
    const writer = (await fileLocks(header.backingPath)).find((other) => other.kind === 'write');
    if (writer) throw failure('layer-locked', { path: header.backingPath, pid: writer.pid });
  }
  return header;
}

/** What the layer holds, by its bitmap and by its blocks on disk. Throws as readLayerHeader. */
export async function layerView(path: string): Promise<LayerView> {
  const header = await readLayerHeader(path);
  const file = await open(path, 'r');
  let sectors = 0;
  try {
    const piece = Buffer.allocUnsafe(Math.min(BITMAP_PIECE, header.bitmapBytes));
    for (let at = 0; at < header.bitmapBytes;) {
      const want = Math.min(piece.length, header.bitmapBytes - at);
      const { bytesRead } = await file.read(piece, 0, want, header.bitmapOffset + at);
      if (bytesRead === 0) break;
      sectors += changedSectors(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
    const { blocks } = await file.stat();
    return {
      path,
      basePath: header.backingPath,
      changedBytes: sectors * SECTOR_SIZE,
      onDiskBytes: blocks * 512,
    };
  } finally {
    await file.close();
  }
}

/**
 * Modification time in whole seconds, as the kernel takes it. From nanoseconds: Node's `mtime` and `mtimeMs` are
 * rounded, and so may already be in the next second.
 */
async function mtimeSeconds(path: string): Promise<number> {
  return Number((await stat(path, { bigint: true })).mtimeNs / 1_000_000_000n);
}

async function readStart(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
