import { once } from 'node:events';
import { writeFile, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Header, Pack, ReadEntry } from 'tar';

/** A file to go into an archive. */
export interface ArchiveEntry {
  name: string;
  /** Exactly so many bytes must come. */
  bytes: number;
  content: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** Writes files as a tar.gz, one after the other; no more of one is in memory than a piece. */
export async function writeTarGz(file: FileHandle, entries: AsyncIterable<ArchiveEntry>): Promise<void> {
  const pack = new Pack({});
  const failed = new AbortController();
  const write = pipeline(pack, createGzip(), (compressed) => writeFile(file, compressed));
  // A full disk ends the pipeline, and with it the wait for room in it.
  write.catch((error: unknown) => failed.abort(error));
  const fill = async (): Promise<void> => {
    for await (const { name, bytes, content } of entries) {
      const header = new Header({ path: name, size: bytes, mode: 0o600, mtime: new Date(), type: 'File' });
      const entry = new ReadEntry(header);
      pack.add(entry);
      let written = 0;
      for await (const piece of content) {
        written += piece.length;
        if (!entry.write(piece)) await once(entry, 'drain', { signal: failed.signal });
      }
      if (written !== bytes) throw new Error(`${name} became shorter while it was read`);
      entry.end();
    }
    pack.end();
  };
  try {
    await fill();
  } catch (error) {
    pack.destroy(error);
    await write.catch(() => {});
    throw failed.signal.aborted ? failed.signal.reason : error;
  }
  await write;
}
