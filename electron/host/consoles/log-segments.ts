import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { allConsoles, type ConsoleName } from '@shared/consoles/console-name.js';
import { GZIP_SUFFIX, MEMBER_HEADER_BYTES, parseMemberHeader } from './log-gzip.js';

/**
 * The files of one console's log in one run. `con0.log` is the first segment, with the boot; `con0.67108864.log` has
 * the bytes from 67108864 on. So a log of one file, as all were once, is a log of one segment, and where a segment is
 * missing the names tell how much. A segment with `.gz` behind its name is compressed. `con0.times` is its index.
 */
export interface Segment {
  /** Byte of the log with which it begins. */
  start: number;
  length: number;
  /** Without `.gz`, whether it is compressed or not. */
  path: string;
}

/** `con0.log` without its end. */
function stemOf(path: string): string {
  return path.endsWith('.log') ? path.slice(0, -4) : path;
}

/** The segment of a log that begins at a byte. */
export function segmentPath(logPath: string, start: number): string {
  return start === 0 ? logPath : `${stemOf(logPath)}.${start}.log`;
}

/** Where the index of a log is. */
export function indexPath(logPath: string): string {
  return `${stemOf(logPath)}.times`;
}

/** What is on disk of a log, from its beginning on. What isn't an ordinary file is not there. */
export function segmentsOf(logPath: string): Segment[] {
  const rotated = `${basename(stemOf(logPath))}.`;
  const starts = new Set<number>([0]);
  for (const name of namesIn(dirname(logPath))) {
    const start = name.startsWith(rotated)
      ? /^([1-9]\d{0,14})\.log(?:\.gz)?$/.exec(name.slice(rotated.length))
      : null;
    if (start?.[1] !== undefined) starts.add(Number(start[1]));
  }
  const found = [...starts]
    .sort((a, b) => a - b)
    .flatMap((start) => {
      const path = segmentPath(logPath, start);
      const length = lengthOf(path);
      return length === null ? [] : [{ start, length, path }];
    });
  // One that reaches into the next was not written by Paddock.
  return found.map((segment, n) => ({
    ...segment,
    length: Math.min(segment.length, (found[n + 1]?.start ?? Infinity) - segment.start),
  }));
}

/** The consoles of which there is a log in a run's folder, con0 first. */
export function consolesIn(runFolder: string): ConsoleName[] {
  const stems = new Set(
    namesIn(runFolder).flatMap((name) => /^([a-z]+\d*)(?:\.\d+)?\.log(?:\.gz)?$/.exec(name)?.[1] ?? []),
  );
  return allConsoles.filter((console) => stems.has(console));
}

/** Bytes on the disk of all files of a run's logs, indexes too. */
export function logBytesOnDisk(runFolder: string): number {
  return namesIn(runFolder)
    .filter((name) => /\.(?:log|log\.gz|times|partial)$/.test(name))
    .reduce((sum, name) => sum + (sizeOf(join(runFolder, name)) ?? 0), 0);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a segment holds, compressed or not; null when there is none. As it was first, when a crash left both. */
function lengthOf(path: string): number | null {
  return sizeOf(path) ?? compressedLength(path + GZIP_SUFFIX);
}

function sizeOf(path: string): number | null {
  try {
    const found = lstatSync(path);
    return found.isFile() ? found.size : null;
  } catch {
    return null;
  }
}

function compressedLength(path: string): number | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const header = Buffer.alloc(MEMBER_HEADER_BYTES);
    if (!fstatSync(fd).isFile()) return null;
    readSync(fd, header, 0, header.length, 0);
    return parseMemberHeader(header)?.fileLength ?? null;
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}
