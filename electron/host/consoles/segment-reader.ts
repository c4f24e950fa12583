import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { GZIP_SUFFIX, memberPlaces, readMember } from './log-gzip.js';

type Places = Awaited<ReturnType<typeof memberPlaces>>;

/** Reads a segment by place, compressed or not; it may be compressed, or taken away, at any time. */
export class SegmentReader {
  /** Where its compressed parts are, once it was found compressed. */
  private places: Places | null = null;
  /** The part that was unpacked last: who reads on wants more of it. */
  private unpacked: { start: number; bytes: Buffer } | null = null;

  constructor(private readonly path: string) {}

  /** Up to `max` bytes from `at`; empty when they aren't there. */
  async read(at: number, max: number): Promise<Buffer> {
    if (this.places === null) {
      const file = await openOrdinary(this.path);
      if (file) return withFile(file, (plain) => readPlain(plain, at, max));
    }
    return this.readCompressed(at, max);
  }

  private async readCompressed(at: number, max: number): Promise<Buffer> {
    const last = this.unpacked;
    if (last && at >= last.start && at < last.start + last.bytes.length)
      return last.bytes.subarray(at - last.start, at - last.start + max);
    const file = await openOrdinary(this.path + GZIP_SUFFIX);
    if (!file) return Buffer.alloc(0);
    return withFile(file, async (compressed) => {
      this.places ??= await memberPlaces(compressed);
      const place = this.places.findLast(({ start }) => start <= at);
      if (!place || at >= place.start + place.bytes) return Buffer.alloc(0);
      // A damaged part is a hole, as a missing one is.
      const bytes = await readMember(compressed, place).catch(() => null);
      if (!bytes) return Buffer.alloc(0);
      this.unpacked = { start: place.start, bytes };
      return bytes.subarray(at - place.start, at - place.start + max);
    });
  }

  /** Where it may go on when nothing could be read at a place: behind a damaged part, or nowhere. */
  behindDamage(at: number): number | null {
    return this.places?.find(({ start }) => start > at)?.start ?? null;
  }

  /** Keeps no memory for what was read last. */
  forget(): void {
    this.unpacked = null;
  }
}

/** Opens an ordinary file, not by way of a symbolic link; null when there is none. */
async function openOrdinary(path: string): Promise<FileHandle | null> {
  // Non-blocking: a pipe in its place would be waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (!file || (await file.stat()).isFile()) return file;
  await file.close();
  return null;
}

async function withFile<T>(file: FileHandle, work: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

async function readPlain(file: FileHandle, at: number, max: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(max);
  const { bytesRead } = await file.read(buffer, 0, max, at);
  return buffer.subarray(0, bytesRead);
}
