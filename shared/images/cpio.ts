/** A header of a newc cpio (Documentation/driver-api/early-userspace/buffer-format.rst). */
export interface CpioHeader {
  mode: number;
  uid: number;
  gid: number;
  nlink: number;
  mtime: number;
  fileSize: number;
  inode: number;
  device: { major: number; minor: number };
  nameSize: number;
}

export const CPIO_HEADER_BYTES = 110;
export const CPIO_END = 'TRAILER!!!';

/** Reads a header from its 110 bytes; null when they are none. */
export function parseCpioHeader(bytes: Uint8Array): CpioHeader | null {
  if (bytes.length < CPIO_HEADER_BYTES) return null;
  const text = String.fromCharCode(...bytes.subarray(0, CPIO_HEADER_BYTES));
  if (!/^07070[12][0-9A-Fa-f]{104}$/.test(text)) return null;
  const field = (n: number): number => Number.parseInt(text.slice(6 + n * 8, 14 + n * 8), 16);
  return {
    inode: field(0),
    mode: field(1),
    uid: field(2),
    gid: field(3),
    nlink: field(4),
    mtime: field(5),
    fileSize: field(6),
    device: { major: field(9), minor: field(10) },
    nameSize: field(11),
  };
}

/** The next multiple of four. */
export function padded(n: number): number {
  return Math.ceil(n / 4) * 4;
}
