import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';

/** At most one entry in so much time, unless so many bytes came. */
const ENTRY_MS = 10;
const ENTRY_BYTES = 256 * 1024;
/** Three numbers of 48 bits each. */
const NUMBER_BYTES = 6;
const RECORD_BYTES = 3 * NUMBER_BYTES;
/** From so many entries on (4.5 MB) every other one goes, and new ones come half as often. */
const ENTRIES_MAX = 250_000;

/** A place in a log: from this byte on it came at this time or later. */
export interface IndexEntry {
  offset: number;
  /** Milliseconds since 1970 by the host's clock; null when nobody noted it. */
  at: number | null;
  /** Line ends before it in the whole log, those that are not kept any more too. */
  line: number;
}

/** Notes down when a log grew and how many lines it had, on disk at once. */
export class LogIndexWriter {
  private fd: number | null = null;
  private last: IndexEntry | null;
  private count: number;
  private entryMs = ENTRY_MS;

  /** Goes on with what is there of a log of so many bytes. */
  constructor(
    private readonly path: string,
    length: number,
  ) {
    const known = parseIndex(readIfThere(path), length);
    this.last = known.at(-1) ?? null;
    this.count = known.length;
    for (let n = this.count; n > ENTRIES_MAX / 2; n /= 2) this.entryMs *= 2;
    try {
      this.fd = openSync(path, 'a', 0o600);
      // A record that was cut off, or is about bytes that never came, must not be in the way of the next.
      if (fstatSync(this.fd).size !== known.length * RECORD_BYTES) this.rewrite(known);
    } catch {
      this.fd = null;
    }
  }

  /** The newest entry. */
  get newest(): IndexEntry | null {
    return this.last;
  }

  /** `isBorder`: an entry is made here in any case, because a segment begins or the log ends. */
  note(entry: { offset: number; at: number; line: number }, isBorder = false): void {
    const { last } = this;
    if (last && !isBorder) {
      const isSoon = entry.at - (last.at ?? 0) < this.entryMs && entry.at >= (last.at ?? 0);
      if (isSoon && entry.offset - last.offset < ENTRY_BYTES) return;
    }
    if (last && entry.offset <= last.offset) return;
    this.last = entry;
    if (this.fd === null) return;
    try {
      if (writeSync(this.fd, record(entry)) < RECORD_BYTES) return this.close();
      this.count += 1;
      if (this.count > ENTRIES_MAX) this.thin();
    } catch {
      // Without it lines have no times, and their numbers are counted anew.
      this.close();
    }
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }

  private thin(): void {
    const entries = parseIndex(readIfThere(this.path), Infinity);
    this.rewrite(entries.filter((_entry, n) => n % 2 === 0 || n === entries.length - 1));
    this.entryMs *= 2;
  }

  private rewrite(entries: readonly IndexEntry[]): void {
    const partial = `${this.path}.partial`;
    writeFileSync(partial, Buffer.concat(entries.map(record)), { mode: 0o600 });
    renameSync(partial, this.path);
    this.close();
    this.fd = openSync(this.path, 'a', 0o600);
    this.count = entries.length;
  }
}

/** What was noted down of a log of so many bytes, in order; none when there is no index. */
export async function readIndex(path: string, length: number): Promise<IndexEntry[]> {
  const flag = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  return parseIndex(await readFile(path, { flag }).catch(() => Buffer.alloc(0)), length);
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

function record({ offset, at, line }: IndexEntry): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_BYTES);
  bytes.writeUIntLE(offset, 0, NUMBER_BYTES);
  bytes.writeUIntLE(Math.max(0, Math.round(at ?? 0)), NUMBER_BYTES, NUMBER_BYTES);
  bytes.writeUIntLE(line, 2 * NUMBER_BYTES, NUMBER_BYTES);
  return bytes;
}

/** Up to the first record that can't be: a file of somebody else's, or one that a crash cut off. */
function parseIndex(bytes: Buffer, length: number): IndexEntry[] {
  const entries: IndexEntry[] = [];
  let [offset, line] = [-1, 0];
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    const time = bytes.readUIntLE(at + NUMBER_BYTES, NUMBER_BYTES);
    const entry = {
      offset: bytes.readUIntLE(at, NUMBER_BYTES),
      at: time === 0 ? null : time,
      line: bytes.readUIntLE(at + 2 * NUMBER_BYTES, NUMBER_BYTES),
    };
    const lines = entry.line - line;
    const isPossible =
      entry.offset > offset &&
      entry.offset <= length &&
      lines >= 0 &&
      lines <= entry.offset - Math.max(0, offset);
    if (!isPossible) break;
    ({ offset, line } = entry);
    entries.push(entry);
  }
  return entries;
}
