import type { FileHandle } from 'node:fs/promises';

/** What is left out when it is all zeros: a block of most file systems, so that holes really save room. */
const PIECE = 4096;
const zeros = Buffer.alloc(PIECE);

/** Writes a stream to a new file, with holes where it is zeros. */
export class SparseWriter {
  /** How many bytes came. */
  bytes = 0;

  constructor(private readonly file: FileHandle) {}

  /** The next bytes. */
  async write(bytes: Buffer): Promise<void> {
    let from = 0;
    for (let at = 0; at < bytes.length;) {
      // To the next border of the file's, so that holes are whole blocks.
      const length = Math.min(PIECE - ((this.bytes + at) % PIECE), bytes.length - at);
      if (bytes.compare(zeros, 0, length, at, at + length) === 0) {
        await this.put(bytes, from, at);
        from = at + length;
      }
      at += length;
    }
    await this.put(bytes, from, bytes.length);
    this.bytes += bytes.length;
  }

  /** Gives it its whole length, and waits for the disk. */
  async end(): Promise<void> {
    await this.file.truncate(this.bytes);
    await this.file.sync();
  }

  private async put(bytes: Buffer, from: number, to: number): Promise<void> {
    for (let at = from; at < to;) {
      const { bytesWritten } = await this.file.write(bytes, at, to - at, this.bytes + at);
      at += bytesWritten;
    }
  }
}
