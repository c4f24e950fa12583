import type { FileHandle } from 'node:fs/promises';
import { lineEnds, type ConsoleLog } from './console-log.js';

/** So much is read at once: little enough for the host to do other things in between. */
const CHUNK_BYTES = 256 * 1024;
/** A line is looked at up to here: a guest that never ends one must not fill the memory. */
export const LINE_BYTES_MAX = 64 * 1024;
const LINE_END = 10;

/** Some bytes of a log, and where they stand in it. */
export interface LogChunk {
  offset: number;
  bytes: Buffer;
}

/** Some lines of a log, one after the other as they stand in it. The last one may lack its end. */
export interface LineBlock {
  /** Where the first line begins. */
  offset: number;
  /** Its number, counted from the first that was read, which is 1. */
  line: number;
  bytes: Buffer;
}

/** A line of a block, without its end. */
export interface LogLine {
  offset: number;
  line: number;
  bytes: Buffer;
}

/** A file from its beginning to where it ends now. */
export async function* fileChunks(file: FileHandle): AsyncGenerator<LogChunk> {
  for (let offset = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset);
    if (bytesRead === 0) return;
    yield { offset, bytes: chunk.subarray(0, bytesRead) };
    offset += bytesRead;
  }
}

/** A log from one byte to another, without what is not kept of it. */
export async function* logChunks(log: ConsoleLog, from = 0, to = log.length): AsyncGenerator<LogChunk> {
  for (let offset = log.keptFrom(from); offset < to;) {
    const bytes = await log.read(offset, Math.min(CHUNK_BYTES, to - offset));
    if (bytes.length > 0) yield { offset, bytes };
    offset = log.keptFrom(Math.max(offset + bytes.length, offset + 1));
  }
}

/** Blocks of whole lines; what of a line is too long is left out. A gap in the chunks ends a line, too. */
export async function* lineBlocks(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LineBlock> {
  let rest: Buffer = Buffer.alloc(0);
  let [offset, position, line] = [0, 0, 1];
  let isSkipping = false;
  for await (const chunk of chunks) {
    if (chunk.offset !== position) {
      if (rest.length > 0) yield { offset, line, bytes: rest };
      if (rest.length > 0 || isSkipping) line += 1;
      rest = Buffer.alloc(0);
      isSkipping = false;
    }
    position = chunk.offset + chunk.bytes.length;
    let { bytes } = chunk;
    if (isSkipping) {
      const end = bytes.indexOf(LINE_END);
      if (end < 0) continue;
      bytes = bytes.subarray(end + 1);
      isSkipping = false;
      line += 1;
    } else if (rest.length > 0) bytes = Buffer.concat([rest, bytes]);
    offset = position - bytes.length;
    const end = bytes.lastIndexOf(LINE_END) + 1;
    if (end > 0) {
      const block = bytes.subarray(0, end);
      yield { offset, line, bytes: block };
      offset += end;
      line += lineEnds(block);
    }
    rest = bytes.subarray(end);
    if (rest.length > LINE_BYTES_MAX) {
      yield { offset, line, bytes: rest.subarray(0, LINE_BYTES_MAX) };
      rest = Buffer.alloc(0);
      isSkipping = true;
    }
  }
  if (rest.length > 0) yield { offset, line, bytes: rest };
}

/** The lines of a block, each cut to the length that is looked at. */
export function* linesOf({ offset, line, bytes }: LineBlock): Generator<LogLine> {
  for (let from = 0; from < bytes.length; line += 1) {
    const found = bytes.indexOf(LINE_END, from);
    const end = found < 0 ? bytes.length : found;
    yield { offset: offset + from, line, bytes: bytes.subarray(from, Math.min(end, from + LINE_BYTES_MAX)) };
    from = end + 1;
  }
}
