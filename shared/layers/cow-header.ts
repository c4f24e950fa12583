/**
 * The header of a UML copy-on-write file, version 3, as arch/um/drivers/cow_user.c writes it.
 * All numbers are big-endian and packed; the layout is in facts/images-and-cow B6.
 */

import { encodeUtf8, decodeUtf8 } from '../text-codec.js';

/** "OOOM" at offset 0. */
export const COW_MAGIC = 0x4f4f4f4d;
/** UML's sector, the unit of the bitmap. */
export const SECTOR_SIZE = 512;
/** Bytes up to and with the path field: 32 + 4096. */
export const COW_HEADER_SIZE = 4128;
/** Longest backing path with its NUL. */
const PATH_FIELD = 4096;
/** What kernel and uml_mkcow use: sectors start on a page. */
const ALIGNMENT = 4096;

/** What a version 3 header says, and where things are in the file. */
export interface CowHeader {
  /** Modification time of the base in whole seconds, when the layer was made. */
  backingMtimeSeconds: number;
  backingSizeBytes: number;
  backingPath: string;
  bitmapOffset: number;
  bitmapBytes: number;
  dataOffset: number;
}

/** A header, or the reason why the file must not be given to UML or uml_moo (both crash on some). */
export type CowHeaderResult = { ok: true; header: CowHeader } | { ok: false; why: string };

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Where bitmap and data of a layer on a base of this size are. */
export function cowLayout(
  backingSizeBytes: number,
  alignment: number = ALIGNMENT,
): Pick<CowHeader, 'bitmapOffset' | 'bitmapBytes' | 'dataOffset'> {
  const bitmapOffset = roundUp(COW_HEADER_SIZE, alignment);
  const bitmapBytes = Math.ceil(Math.ceil(backingSizeBytes / SECTOR_SIZE) / 8);
  return { bitmapOffset, bitmapBytes, dataOffset: roundUp(bitmapOffset + bitmapBytes, alignment) };
}

/** True when a file starts as a layer does; `start` is its first bytes, at least 4. */
export function startsAsCow(start: Uint8Array): boolean {
  return start.length >= 4 && view(start).getUint32(0) === COW_MAGIC;
}

/**
 * Reads a header. `start` is the first COW_HEADER_SIZE bytes of the file (fewer when it is shorter),
 * `fileSize` the length of the whole file.
 */
export function parseCowHeader(start: Uint8Array, fileSize: number): CowHeaderResult {
  const bad = (why: string): CowHeaderResult => ({ ok: false, why });
  if (fileSize === 0) return bad('the file is empty');
  if (!startsAsCow(start)) return bad('it doesn’t start as a copy-on-write file does');
  if (start.length < COW_HEADER_SIZE) return bad('its header is cut off');
  const data = view(start);
  const version = data.getUint32(4);
  if (version !== 3) return bad(`its format is version ${version}, and only version 3 is known here`);
  if (data.getUint32(32) === 0) return bad('it has the broken 64-bit layout of very old kernels');
  const sectorSize = data.getUint32(20);
  const alignment = data.getUint32(24);
  if (alignment === 0) return bad('its alignment is 0, which crashes UML');
  if (sectorSize !== SECTOR_SIZE) return bad(`its sector size is ${sectorSize} instead of ${SECTOR_SIZE}`);
  if (alignment % SECTOR_SIZE !== 0 || alignment > 1 << 20) return bad(`its alignment is ${alignment}`);
  if (data.getUint32(28) !== 0) return bad('it has an unknown bitmap format');
  const size = data.getBigUint64(12);
  if (size === 0n) return bad('it says that its base has no bytes');
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) return bad('it says that its base is larger than any disk');
  const path = start.subarray(32, 32 + PATH_FIELD);
  const end = path.indexOf(0);
  if (end <= 0) return bad('the path of its base has no end');
  const backingPath = decodeUtf8(path.subarray(0, end));
  const backingSizeBytes = Number(size);
  const layout = cowLayout(backingSizeBytes, alignment);
  if (layout.dataOffset > roundUp(fileSize, alignment)) return bad('it ends before its bitmap does');
  return {
    ok: true,
    header: { backingMtimeSeconds: data.getUint32(8), backingSizeBytes, backingPath, ...layout },
  };
}

/** The first bytes of a new, empty layer. The file is this, then zeros up to dataOffset + backing size. */
export function encodeCowHeader(base: { path: string; mtimeSeconds: number; sizeBytes: number }): Uint8Array {
  const path = encodeUtf8(base.path);
  if (path.length >= PATH_FIELD) throw new RangeError('backing path too long for a COW header');
  const bytes = new Uint8Array(COW_HEADER_SIZE);
  const data = view(bytes);
  data.setUint32(0, COW_MAGIC);
  data.setUint32(4, 3);
  data.setUint32(8, base.mtimeSeconds);
  data.setBigUint64(12, BigInt(base.sizeBytes));
  data.setUint32(20, SECTOR_SIZE);
  data.setUint32(24, ALIGNMENT);
  data.setUint32(28, 0);
  bytes.set(path, 32);
  return bytes;
}

const bitsOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});

/** How many sectors a bitmap (or a piece of one) says are in the layer. */
export function changedSectors(bitmap: Uint8Array): number {
  let sectors = 0;
  for (const byte of bitmap) if (byte !== 0) sectors += bitsOf[byte] ?? 0;
  return sectors;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
