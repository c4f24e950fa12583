import type { Image } from './image.js';
import type { DiskReader } from './partition-table.js';

/** btrfs has its superblock here, the last of all. */
const BTRFS_AT = 0x10000;

/**
 * The file system that starts at a place of a disk, by its magic numbers; null for none of those that Paddock knows.
 * ext by what it can do: a journal makes it an ext3, extents or the like an ext4 (s_feature_compat and _incompat at 92
 * and 96, fs/ext4/ext4.h); btrfs: "_BHRfS_M" at 64 of its superblock.
 */
export function filesystemAt(read: DiskReader, at: number): Exclude<Image['filesystem'], 'unknown'> | null {
  const start = read(at, 4);
  if (ascii(start, 4) === 'XFSB') return 'xfs';
  const ext = read(at + 1024, 104);
  if (ext.length === 104) {
    const data = new DataView(ext.buffer, ext.byteOffset, ext.byteLength);
    if (data.getUint16(56, true) === 0xef53) {
      const [compatible, incompatible] = [data.getUint32(92, true), data.getUint32(96, true)];
      // Extents, 64 bits, multi-mount protection, flexible groups and what came later.
      if ((incompatible & ~0x0001f) !== 0) return 'ext4';
      return (compatible & 0x4) !== 0 ? 'ext3' : 'ext2';
    }
  }
  return ascii(read(at + BTRFS_AT + 64, 8), 8) === '_BHRfS_M' ? 'btrfs' : null;
}

function ascii(bytes: Uint8Array, length: number): string {
  return bytes.length < length ? '' : String.fromCharCode(...bytes.subarray(0, length));
}
