/** Bytes of a disk that are needed to know its ext2/3/4 block size: the superblock starts at 1024. */
export const EXT_SUPERBLOCK_END = 1024 + 64;

/**
 * Block size in bytes of the ext2, ext3 or ext4 file system that a disk starts with, null when it has none.
 * `start` is at least the first EXT_SUPERBLOCK_END bytes. Fields: s_magic u16 at 56, s_log_block_size u32 at 24
 * (linux/fs/ext4/ext4.h, little-endian).
 */
export function extBlockSize(start: Uint8Array): number | null {
  if (start.length < EXT_SUPERBLOCK_END) return null;
  const data = new DataView(start.buffer, start.byteOffset + 1024, 64);
  if (data.getUint16(56, true) !== 0xef53) return null;
  const log = data.getUint32(24, true);
  return log > 6 ? null : 1024 << log;
}
