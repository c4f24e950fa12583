import { closeSync, openSync, readSync } from 'node:fs';

/** Everything is read into this one, and made a string at once. */
const buffer = Buffer.allocUnsafe(64 * 1024);
/** The kernel hands a list out in pieces of at most a page (seq_read_iter, fs/seq_file.c); a shorter one was the last. */
const PIECE_BYTES = 3000;

/**
 * A file in /proc that is read again and again: a read of an open one costs a quarter of opening it, too. It belongs to
 * the very process that had the pid when it was opened; a later one of the same pid is never read by mistake.
 */
export class ProcFile {
  private readonly fd: number;

  /** Throws when there is no such process. */
  constructor(path: string) {
    this.fd = openSync(path, 'r');
  }

  /** What it says now, or null when its process is gone. */
  read(): string | null {
    try {
      return readAll(this.fd);
    } catch {
      return null;
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** What a file says that is read once, or null when it isn't there or must not be read. */
export function readProc(path: string): string | null {
  let file: ProcFile;
  try {
    file = new ProcFile(path);
  } catch {
    return null;
  }
  const text = file.read();
  file.close();
  return text;
}

function readAll(fd: number): string {
  let length = 0;
  for (;;) {
    const count = readSync(fd, buffer, length, buffer.length - length, length);
    length += count;
    if (count < PIECE_BYTES) return buffer.toString('latin1', 0, length);
  }
}
