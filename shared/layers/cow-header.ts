/**
 * The header of a UML copy-on-write file, in every layout that arch/um/drivers/cow_user.c reads: versions 1, 2 and 3,
 * and the 64-bit layout that some kernels before 2006 wrote for a version 3. New files are version 3
 * (facts/images-and-cow B6). All structures are packed but the broken one; numbers are big-endian but in version 1,
 * which has those of the machine that wrote it.
 */

import { encodeUtf8, decodeUtf8 } from '../text-codec.js';

/** "OOOM" at offset 0. */
export const COW_MAGIC = 0x4f4f4f4d;
/** UML's sector, the unit of the bitmap. */
export const SECTOR_SIZE = 512;
/** Enough of the start of a file to read its header, whatever its version. */
export const COW_HEADER_SIZE = 4136;
/** Size of a version 3 header: what a new layer starts with. */
const V3_SIZE = 4128;
/** Longest backing path with its NUL. */
const PATH_FIELD = 4096;
/** What kernel and uml_mkcow use: sectors start on a page. */
const ALIGNMENT = 4096;
/** No disk of UML's is larger; keeps offsets exact and a bitmap readable. */
const SIZE_MAX = 2 ** 46;

/** The layouts: `3-broken` is a version 3 with 64-bit times, as built on some 64-bit systems until December 2005. */
export type CowVersion = 1 | 2 | 3 | '3-broken';

/** What a header says, and where things are in the file. */
export interface CowHeader {
  version: CowVersion;
  /** Modification time of the base in whole seconds, when the layer was made. */
  backingMtimeSeconds: number;
  backingSizeBytes: number;
  backingPath: string;
  bitmapOffset: number;
  bitmapBytes: number;
  /** Sector n of the disk is at dataOffset + n * SECTOR_SIZE. */
  dataOffset: number;
}

/** A header, or the reason why the file must not be given to UML or uml_moo (both crash on some). */
export type CowHeaderResult = { ok: true; header: CowHeader } | { ok: false; why: string };

/** Where the fields of a layout are; `bytes` is the size of the whole structure. */
interface Fields {
  bytes: number;
  path: number;
  pathBytes: number;
  mtime: number;
  size: number;
  sectorSize: number;
  /** Null: what came before alignment; data then follow the bitmap on the next sector. */
  alignment: number | null;
  format: number | null;
}

const layouts: Readonly<Record<CowVersion, Fields>> = {
  1: {
    bytes: 280,
    path: 8,
    pathBytes: 256,
    mtime: 264,
    size: 268,
    sectorSize: 276,
    alignment: null,
    format: null,
  },
  2: {
    bytes: 4120,
    path: 8,
    pathBytes: PATH_FIELD,
    mtime: 4104,
    size: 4108,
    sectorSize: 4116,
    alignment: null,
    format: null,
  },
  3: {
    bytes: V3_SIZE,
    path: 32,
    pathBytes: PATH_FIELD,
    mtime: 8,
    size: 12,
    sectorSize: 20,
    alignment: 24,
    format: 28,
  },
  '3-broken': {
    bytes: 4136,
    path: 36,
    pathBytes: PATH_FIELD,
    mtime: 8,
    size: 16,
    sectorSize: 24,
    alignment: 28,
    format: 32,
  },
};

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Where bitmap and data of a new layer on a base of this size are. */
export function cowLayout(
  backingSizeBytes: number,
): Pick<CowHeader, 'bitmapOffset' | 'bitmapBytes' | 'dataOffset'> {
  return alignedLayout(V3_SIZE, backingSizeBytes, ALIGNMENT);
}

function alignedLayout(
  headerBytes: number,
  sizeBytes: number,
  alignment: number,
): ReturnType<typeof cowLayout> {
  const bitmapOffset = roundUp(headerBytes, alignment);
  const bitmapBytes = Math.ceil(Math.ceil(sizeBytes / SECTOR_SIZE) / 8);
  return { bitmapOffset, bitmapBytes, dataOffset: roundUp(bitmapOffset + bitmapBytes, alignment) };
}

/** Before version 3 the bitmap followed the header at once, and was rounded down to whole bytes (cow_sizes). */
function oldLayout(headerBytes: number, sizeBytes: number): ReturnType<typeof cowLayout> {
  const bitmapBytes = Math.floor((sizeBytes + SECTOR_SIZE - 1) / (8 * SECTOR_SIZE));
  return {
    bitmapOffset: headerBytes,
    bitmapBytes,
    dataOffset: roundUp(headerBytes + bitmapBytes, SECTOR_SIZE),
  };
}

/** True when a file starts as a layer does, in either byte order; `start` is its first bytes, at least 4. */
export function startsAsCow(start: Uint8Array): boolean {
  if (start.length < 4) return false;
  return view(start).getUint32(0) === COW_MAGIC || view(start).getUint32(0, true) === COW_MAGIC;
}

/**
 * Reads a header. `start` is the first COW_HEADER_SIZE bytes of the file (fewer when it is shorter),
 * `fileSize` the length of the whole file.
 */
export function parseCowHeader(start: Uint8Array, fileSize: number): CowHeaderResult {
  const bad = (why: string): CowHeaderResult => ({ ok: false, why });
  if (fileSize === 0) return bad('the file is empty');
  if (!startsAsCow(start)) return bad('it doesn’t start as a copy-on-write file does');
  if (start.length < 8) return bad('its header is cut off');
  const data = view(start);
  // The kernel compares the magic both ways and then takes version 1 as the machine wrote it.
  const isSwapped = data.getUint32(0, true) === COW_MAGIC;
  const number = data.getUint32(4, isSwapped);
  if (number !== 1 && number !== 2 && number !== 3)
    return bad(`its format is version ${number}, and there are only versions 1 to 3`);
  if (isSwapped && number !== 1) return bad('its header has the wrong byte order');
  const isBroken = number === 3 && start.length >= 36 && data.getUint32(32) === 0;
  const version: CowVersion = isBroken ? '3-broken' : number;
  const at = layouts[version];
  if (start.length < at.bytes) return bad('its header is cut off');

  const sectorSize = data.getUint32(at.sectorSize, isSwapped);
  const alignment = at.alignment === null ? SECTOR_SIZE : data.getUint32(at.alignment);
  if (alignment === 0) return bad('its alignment is 0, which crashes UML');
  if (sectorSize !== SECTOR_SIZE) return bad(`its sector size is ${sectorSize} instead of ${SECTOR_SIZE}`);
  if (alignment % SECTOR_SIZE !== 0 || alignment > 1 << 20) return bad(`its alignment is ${alignment}`);
  if (at.format !== null && data.getUint32(at.format) !== 0) return bad('it has an unknown bitmap format');
  const size = data.getBigUint64(at.size, isSwapped);
  if (size === 0n) return bad('it says that its base has no bytes');
  if (size > BigInt(SIZE_MAX)) return bad('it says that its base is larger than any disk');
  const sizeBytes = Number(size);
  // The bitmap of those is short by the last sectors, and the kernel reads behind its end.
  if (number < 3 && sizeBytes % (8 * SECTOR_SIZE) !== 0)
    return bad('its base is no multiple of 4096 bytes, which its old format can’t hold');
  const mtime =
    version === '3-broken' ? data.getBigInt64(at.mtime) : BigInt(data.getUint32(at.mtime, isSwapped));
  if (mtime < 0n || mtime > 0xffff_ffffn) return bad('the time of its base makes no sense');
  const path = start.subarray(at.path, at.path + at.pathBytes);
  const end = path.indexOf(0);
  if (end <= 0) return bad('the path of its base has no end');
  const layout =
    at.alignment === null ? oldLayout(at.bytes, sizeBytes) : alignedLayout(at.bytes, sizeBytes, alignment);
  if (layout.dataOffset > roundUp(fileSize, alignment)) return bad('it ends before its bitmap does');
  return {
    ok: true,
    header: {
      version,
      backingMtimeSeconds: Number(mtime),
      backingSizeBytes: sizeBytes,
      backingPath: decodeUtf8(path.subarray(0, end)),
      ...layout,
    },
  };
}

/** The first bytes of a new, empty layer. The file is this, then zeros up to dataOffset + backing size. */
export function encodeCowHeader(base: { path: string; mtimeSeconds: number; sizeBytes: number }): Uint8Array {
  const bytes = new Uint8Array(V3_SIZE);
  const data = view(bytes);
  data.setUint32(0, COW_MAGIC);
  data.setUint32(4, 3);
  data.setUint32(8, base.mtimeSeconds);
  data.setBigUint64(12, BigInt(base.sizeBytes));
  data.setUint32(20, SECTOR_SIZE);
  data.setUint32(24, ALIGNMENT);
  data.setUint32(28, 0);
  bytes.set(encodePath(base.path, PATH_FIELD), 32);
  return bytes;
}

/** A piece of a header that is written over an old one: at `offset`, these bytes. */
export interface HeaderPatch {
  offset: number;
  bytes: Uint8Array;
}

/** What to write into a layer of this version so that it names another base. Throws RangeError when it doesn't fit. */
export function pathPatch(version: CowVersion, path: string): HeaderPatch {
  const at = layouts[version];
  return { offset: at.path, bytes: encodePath(path, at.pathBytes) };
}

/** The path, its NUL, and zeros to the end of its field, so that nothing of a longer one stays behind it. */
function encodePath(path: string, fieldBytes: number): Uint8Array {
  const text = encodeUtf8(path);
  if (text.length === 0 || text.length >= fieldBytes || text.includes(0))
    throw new RangeError('backing path does not fit into a COW header');
  const bytes = new Uint8Array(fieldBytes);
  bytes.set(text);
  return bytes;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
