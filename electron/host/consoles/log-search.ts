import { createContext, Script } from 'node:vm';
import { isAscii, queryPattern, type LogQuery } from '@shared/consoles/log-query.js';
import { isPlainText, plainText } from '@shared/consoles/plain-text.js';
import type { LogHit } from '@shared/consoles/logs.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { ConsoleLog } from './console-log.js';
import type { LineMap } from './line-map.js';
import { lineBlocks, linesOf, logChunks, type LineBlock } from './log-lines.js';

/** So many characters are shown before and behind what was found. */
const AROUND = 80;
/** A log is looked through in windows of this size, the newest first. */
const WINDOW_BYTES = 1024 * 1024;
/** A regular expression that takes longer for one block of lines than this goes back and forth without an end. */
const REGEX_LIMIT_MS = 500;
/** And it sees so much of a line: the time that it takes may grow with the square of it. */
const REGEX_CHARACTERS_MAX = 8192;
/** A place in one log. */
export type PlaceInLog = Pick<LogHit, 'line' | 'offset' | 'text'>;

/** Finds a text, or a regular expression, in blocks of lines. */
export class LineMatcher {
  private readonly pattern: RegExp;
  private found: Iterable<PlaceInLog> = [];
  private readonly guarded = new Script('look()');
  private readonly context = createContext({ look: () => this.look() });
  private look: () => void = () => {};
  private readonly isAscii: boolean;

  /** Throws Failure `search-invalid` for what is no regular expression. */
  constructor(private readonly query: LogQuery) {
    const made = queryPattern(query);
    if ('why' in made) throw failure('search-invalid', { pattern: query.text, why: made.why });
    this.pattern = made.pattern;
    this.isAscii = isAscii(query.text);
  }

  /** The lines of a block in which it is found, numbered as in the block. Throws Failure `search-too-slow`. */
  hits(block: LineBlock): Iterable<PlaceInLog> {
    if (!this.query.isRegex) return this.mayBeIn(block.bytes) ? [...this.matches(block)] : [];
    this.look = () => (this.found = [...this.matches(block)]);
    try {
      // Only the virtual machine can end a regular expression that goes on for ever.
      this.guarded.runInContext(this.context, { timeout: REGEX_LIMIT_MS });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw failure('search-too-slow', { pattern: this.query.text });
    }
    return this.found;
  }

  /** Most blocks have nothing, and to see that in one go is many times cheaper than line by line. */
  private mayBeIn(bytes: Buffer): boolean {
    const latin = bytes.toString('latin1');
    if (!isPlainText(latin)) return this.pattern.test(plainText(bytes.toString()));
    return this.pattern.test(this.isAscii ? latin : bytes.toString());
  }

  private *matches(block: LineBlock): Generator<PlaceInLog> {
    for (const { offset, line, bytes } of linesOf(block)) {
      const text = plainText(bytes.toString());
      const match = this.pattern.exec(this.query.isRegex ? text.slice(0, REGEX_CHARACTERS_MAX) : text);
      if (match) yield { offset, line, text: cutAround(text, match.index, match[0].length) };
    }
  }
}

/** What was found in a part of a log. */
export interface SearchedWindow {
  /** Newest first. */
  hits: PlaceInLog[];
  /** All lines that begin from here on were looked at. */
  from: number;
}

/** Looks through a log from the lines that begin before a byte back to its beginning, window by window. */
export async function* searchBack(
  log: ConsoleLog,
  map: LineMap,
  matcher: LineMatcher,
  before: number,
): AsyncGenerator<SearchedWindow> {
  for (const stretch of log.stretches().toReversed()) {
    for (let to = Math.min(stretch.to, before); to > stretch.from;) {
      const from = Math.max(stretch.from, Math.floor((to - 1) / WINDOW_BYTES) * WINDOW_BYTES);
      const start = from === stretch.from ? from : await lineStart(log, from, to);
      const hits: PlaceInLog[] = [];
      if (start !== null) {
        const before1 = await map.lineAt(start);
        for await (const block of lineBlocks(logChunks(log, start, stretch.to))) {
          if (block.offset >= to) break;
          for (const hit of matcher.hits(block))
            if (hit.offset < to) hits.push({ ...hit, line: hit.line + before1 });
        }
      }
      yield { hits: hits.toReversed(), from };
      to = from;
    }
  }
}

/** Where the first line begins from `from` on and before `to`. */
async function lineStart(log: ConsoleLog, from: number, to: number): Promise<number | null> {
  for await (const { offset, bytes } of logChunks(log, from - 1, to - 1)) {
    const end = bytes.indexOf(10);
    if (end >= 0) return offset + end + 1;
  }
  return null;
}

function cutAround(text: string, at: number, length: number): string {
  const from = Math.max(0, at - AROUND);
  const to = Math.min(text.length, at + Math.min(length, AROUND * 4) + AROUND);
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
