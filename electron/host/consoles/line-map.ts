import { lineEnds, type ConsoleLog, type Stretch } from './console-log.js';
import { readIndex, type IndexEntry } from './log-index.js';
import { logChunks } from './log-lines.js';

const LINE_END = 10;

/** A stretch of a log with the numbers of its lines, counted from 0. */
export interface StretchOfLines extends Stretch {
  line: number;
  /** Lines that begin in it. */
  lines: number;
}

/** Which line stands where in a log, and when it came, by the index on disk, read again as the log grows. */
export class LineMap {
  private entries: IndexEntry[] = [];
  private knownTo = -1;
  private loading: Promise<void> | null = null;

  constructor(private readonly log: ConsoleLog) {}

  /** Line ends before a byte, those that are not kept any more too. */
  async lineAt(offset: number): Promise<number> {
    await this.load();
    const { offset: from, line } = this.before(offset);
    let ends = 0;
    for await (const { bytes } of logChunks(this.log, from, offset)) ends += lineEnds(bytes);
    return line + ends;
  }

  /** Where a line of a stretch begins; its end for one behind its last. */
  async offsetOf(line: number, stretch: StretchOfLines): Promise<number> {
    if (line <= stretch.line) return stretch.from;
    await this.load();
    // The line begins behind the line end of this number.
    const entry = this.lastWhere((other) => other.line < line);
    const begin = { offset: stretch.from, line: stretch.line };
    let { offset, line: ends } = entry && entry.offset > stretch.from ? entry : begin;
    for await (const chunk of logChunks(this.log, offset, stretch.to)) {
      for (let at = chunk.bytes.indexOf(LINE_END); at >= 0; at = chunk.bytes.indexOf(LINE_END, at + 1)) {
        ends += 1;
        if (ends === line) return chunk.offset + at + 1;
      }
      offset = chunk.offset + chunk.bytes.length;
    }
    return Math.min(offset, stretch.to);
  }

  /** When a byte came, as far as is known since the last `load`; null when nobody noted it. */
  timeAt(offset: number): number | null {
    return this.before(offset).at;
  }

  /** Up to `max` entries that tell when bytes from `offset` on came. */
  async timesFrom(offset: number, max: number): Promise<IndexEntry[]> {
    await this.load();
    const first = this.entries.indexOf(this.before(offset));
    return this.entries.slice(Math.max(0, first), Math.max(0, first) + max);
  }

  /** What is kept, with the numbers of its lines. */
  async stretches(): Promise<StretchOfLines[]> {
    const found: StretchOfLines[] = [];
    for (const { from, to } of this.log.stretches()) {
      const [line, end] = [await this.lineAt(from), await this.lineAt(to)];
      const last = (await this.log.read(to - 1, 1))[0];
      found.push({ from, to, line, lines: end - line + (last === LINE_END ? 0 : 1) });
    }
    return found;
  }

  private before(offset: number): IndexEntry {
    return this.lastWhere((entry) => entry.offset <= offset) ?? { offset: 0, at: null, line: 0 };
  }

  /** The last entry for which it is so; it is so for the first ones only. */
  private lastWhere(isSo: (entry: IndexEntry) => boolean): IndexEntry | undefined {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.entries[middle];
      if (entry && isSo(entry)) low = middle + 1;
      else high = middle;
    }
    return this.entries[low - 1];
  }

  /** Reads what was noted since the last time. */
  async load(): Promise<void> {
    if (this.knownTo === this.log.length) return;
    this.loading ??= this.read().finally(() => (this.loading = null));
    await this.loading;
  }

  private async read(): Promise<void> {
    const to = this.log.length;
    const noted = await readIndex(this.log.indexPath, to);
    const first = noted[0]?.offset ?? to;
    // An older Paddock made no index, or somebody took it away: of what is before its first entry one is made here.
    if (first > 0 && this.unnoted.to < first) {
      let { to: from, line } = this.unnoted;
      for await (const { offset, bytes } of logChunks(this.log, from, first)) {
        this.unnoted.entries.push({ offset, at: null, line });
        line += lineEnds(bytes);
        from = offset + bytes.length;
      }
      Object.assign(this.unnoted, { to: Math.max(from, first), line });
    }
    this.entries = [...this.unnoted.entries.filter(({ offset }) => offset < first), ...noted];
    this.knownTo = to;
  }

  private readonly unnoted: { entries: IndexEntry[]; to: number; line: number } = {
    entries: [],
    to: 0,
    line: 0,
  };
}

const maps = new WeakMap<ConsoleLog, LineMap>();

/** The map of a log, made when it is first asked for. */
export function lineMapOf(log: ConsoleLog): LineMap {
  const map = maps.get(log) ?? new LineMap(log);
  maps.set(log, map);
  return map;
}
