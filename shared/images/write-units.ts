import { EXT_SUPERBLOCK_END, extBlockSize } from './ext-superblock.js';

/** The kernel reads wrong data through a layer on what is written in smaller pieces (docs/decisions/0023). */
export const SAFE_WRITE_UNIT = 4096;
/** Bytes of a disk's start that tell its partitions: GPT's header and its usual 128 entries. */
export const PARTITION_TABLE_END = 34 * 512;
/** Bytes of a file system's start that tell in what pieces it writes. */
export const SUPERBLOCK_END = EXT_SUPERBLOCK_END;

/** Something on a disk that is written in pieces too small for a layer. */
export interface SmallUnit {
  bytes: number;
  /** What it is, after the disk's name: `has a file system with 1024-byte blocks`. */
  what: string;
}

/**
 * In what pieces the file system that starts here is written, when they are too small: blocks of ext2, ext3 and ext4,
 * sectors of xfs, in which it writes its log (sb_magicnum "XFSB" at 0, sb_sectsize u16 at 102, big-endian:
 * fs/xfs/libxfs/xfs_format.h). Null for what is safe, and for what isn't known.
 */
export function smallUnitOf(start: Uint8Array): SmallUnit | null {
  const data = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const block = extBlockSize(start);
  if (block !== null && block < SAFE_WRITE_UNIT)
    return { bytes: block, what: `has a file system with ${block}-byte blocks` };
  if (start.length >= 104 && data.getUint32(0) === 0x58465342) {
    const sector = data.getUint16(102);
    if (sector < SAFE_WRITE_UNIT) return { bytes: sector, what: `has an xfs with ${sector}-byte sectors` };
  }
  return null;
}

/**
 * Where the partitions of a disk start, in bytes; none for a disk without a table. Primary ones of an MBR (type at 4,
 * first sector u32 at 8 of each of four entries from 446 on), or those of a GPT that an MBR of type 0xEE announces
 * (entries of 128 bytes, type in the first 16, first sector u64 at 32: UEFI specification 5.3).
 */
export function partitionStarts(start: Uint8Array): number[] {
  if (start.length < 512) return [];
  const data = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (data.getUint16(510, true) !== 0xaa55) return [];
  const entries = [446, 462, 478, 494].filter((at) => data.getUint8(at + 4) !== 0);
  // A boot sector of a file system ends alike; a real table has only these as its flags.
  if (entries.length === 0 || entries.some((at) => ![0, 0x80].includes(data.getUint8(at)))) return [];
  const isGpt = entries.some((at) => data.getUint8(at + 4) === 0xee);
  if (!isGpt) return entries.map((at) => data.getUint32(at + 8, true) * 512);
  const starts: number[] = [];
  for (let at = 1024; at + 128 <= start.length; at += 128) {
    const isUsed = start.subarray(at, at + 16).some((byte) => byte !== 0);
    const first = data.getBigUint64(at + 32, true);
    if (isUsed && first < 2n ** 40n) starts.push(Number(first) * 512);
  }
  return starts;
}
