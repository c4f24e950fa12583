import { z } from 'zod';
import { imageSchema } from './image.js';

/** Names in an archive, in this order. */
export const ARCHIVE_MANIFEST = 'paddock-image.json';
export const ARCHIVE_DISK = 'disk.img.zst';
/** More than any manifest has. */
export const MANIFEST_BYTES_MAX = 256 * 1024;

/** What an archive of an image says about itself: all of its record that means something elsewhere. */
export const imageManifestSchema = z.strictObject({
  paddock: z.literal('image'),
  version: z.literal(1),
  image: imageSchema.omit({ version: true, id: true, path: true, sizeBytes: true, checksum: true }),
  /** Of the raw disk. */
  bytes: z
    .int()
    .positive()
    .multipleOf(512)
    .max(16 * 2 ** 40),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Bytes of it that are no holes: what it needs, about. */
  dataBytes: z.int().nonnegative(),
  compression: z.literal('zstd'),
});
export type ImageManifest = z.infer<typeof imageManifestSchema>;

/** A file in a tar, from its header. */
export interface TarEntry {
  name: string;
  bytes: number;
}

/**
 * Reads the header of a plain file in a tar (ustar; sizes in octal, or in base 256 as GNU writes those from 8 GB on).
 * Null for what is anything else: an archive of an image has two plain files and nothing more.
 */
export function readTarHeader(block: Uint8Array): TarEntry | null {
  if (block.length < 512) return null;
  const text = (from: number, length: number): string =>
    String.fromCharCode(...block.subarray(from, from + length)).replace(/\0[^]*$/, '');
  let sum = 0;
  for (let at = 0; at < 512; at += 1) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  if (Number.parseInt(text(148, 8).trim(), 8) !== sum) return null;
  const type = block[156];
  if (type !== 0 && type !== 0x30) return null;
  if (text(345, 155) !== '' && text(257, 5) === 'ustar') return null;
  const bytes = (block[124] ?? 0) >= 0x80 ? base256(block.subarray(124, 136)) : octal(text(124, 12).trim());
  return bytes === null ? null : { name: text(0, 100), bytes };
}

function octal(digits: string): number | null {
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

function base256(bytes: Uint8Array): number | null {
  let value = (bytes[0] ?? 0) & 0x7f;
  for (const byte of bytes.subarray(1)) {
    value = value * 256 + byte;
    if (value > Number.MAX_SAFE_INTEGER) return null;
  }
  return value;
}
