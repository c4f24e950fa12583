import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { log } from '../platform/log.js';
import { LogIndexWriter } from './log-index.js';
import { logLimits, type LogLimits } from './log-limits.js';
import { indexPath, segmentPath, segmentsOf, type Segment } from './log-segments.js';
import { SegmentReader } from './segment-reader.js';

/** So much of the newest output is kept in memory, so that who follows live needs no disk. */
const RECENT_BYTES = 256 * 1024;
/** After a write that failed, a full disk mostly, the next is tried so much later. */
const RETRY_MS = 5000;
const LINE_END = 10;

/** A segment, or what of it can be read. */
interface Part extends Segment {
  reader: SegmentReader | null;
  /** Bytes of the file before its first. */
  skip: number;
}

/** A part of a log that is there without a gap. */
export interface Stretch {
  from: number;
  /** The byte behind its last. */
  to: number;
}

/**
 * Every byte of one console in one run: on disk from the first, and read back by offset. It is kept in segments; of a
 * log beyond its limit the oldest but the first are removed, and offsets stay what they were.
 */
export class ConsoleLog {
  private fd: number | null = null;
  private failedAt = -Infinity;
  private recent: Buffer[] = [];
  private recentBytes = 0;
  private size: number;
  private lines = 0;
  private readonly segments: Part[];
  private index: LogIndexWriter | null = null;

  /** `write` false opens the log of a run that ended. */
  constructor(
    /** Its first segment. */
    private readonly path: string,
    { write }: { write: boolean },
    private readonly limits: LogLimits = logLimits(),
  ) {
    this.segments = segmentsOf(path).map((segment) => ({ ...segment, reader: null, skip: 0 }));
    this.size = this.diskEnd;
    if (!write) return;
    this.open();
    this.beginIndex();
  }

  /** From here on the output is in memory; before it, on the disk only. */
  get recentStart(): number {
    return this.size - this.recentBytes;
  }

  /** Bytes so far. */
  get length(): number {
    return this.size;
  }

  /** Bytes that can still be read. */
  get keptBytes(): number {
    return this.stretches().reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** The folder of the run. */
  get folder(): string {
    return dirname(this.path);
  }

  /** Where the times and line numbers are noted. */
  get indexPath(): string {
    return indexPath(this.path);
  }

  /** True when there is a file of it. */
  get isThere(): boolean {
    return this.segments.length > 0;
  }

  /** True while it may grow. */
  get isLive(): boolean {
    return this.index !== null;
  }

  /** Writes at once, before anybody sees the bytes: what was shown is on disk. */
  append(bytes: Buffer): void {
    const [offset, line] = [this.size, this.lines];
    this.size += bytes.length;
    this.lines += lineEnds(bytes);
    this.recent.push(bytes);
    this.recentBytes += bytes.length;
    while (this.recentBytes - (this.recent[0]?.length ?? 0) >= RECENT_BYTES) {
      this.recentBytes -= this.recent.shift()?.length ?? 0;
    }
    if (this.index === null) return;
    if (this.fd === null && performance.now() - this.failedAt > RETRY_MS && this.tryOpen(offset)) {
      this.index.close();
      this.index = new LogIndexWriter(this.indexPath, offset);
    }
    this.index.note({ offset, at: Date.now(), line });
    if (this.fd !== null) this.write(bytes);
  }

  /** Up to `max` bytes from `offset`; empty at the end, and where nothing was kept: `keptFrom` says where it goes on. */
  async read(offset: number, max: number): Promise<Buffer> {
    const { recentStart } = this;
    if (offset >= recentStart) {
      const all = Buffer.concat(this.recent);
      return all.subarray(offset - recentStart, Math.min(offset - recentStart + max, all.length));
    }
    const segment = this.segments.find(({ start, length }) => offset >= start && offset < start + length);
    if (!segment) return Buffer.alloc(0);
    const at = offset - segment.start;
    segment.reader ??= new SegmentReader(segment.path);
    const bytes = await segment.reader.read(segment.skip + at, Math.min(max, segment.length - at));
    if (bytes.length === 0) this.lose(segment, at);
    return bytes;
  }

  /** The first byte from `offset` on that can be read; the end when there is none. */
  keptFrom(offset: number): number {
    for (const { from, to } of this.stretches()) if (offset < to) return Math.max(from, offset);
    return this.size;
  }

  /** What there is of it, in order. */
  stretches(): Stretch[] {
    const parts = this.segments.map(({ start, length }) => ({ from: start, to: start + length }));
    if (this.recentBytes > 0) parts.push({ from: this.recentStart, to: this.size });
    const stretches: Stretch[] = [];
    for (const { from, to } of parts) {
      const last = stretches.at(-1);
      if (to <= from) continue;
      if (last && from <= last.to) last.to = Math.max(last.to, to);
      else stretches.push({ from, to });
    }
    return stretches;
  }

  /** The run is over: it is read from the disk from here on, unless a full disk kept some of it away. */
  finish(): void {
    this.index?.note({ offset: this.size, at: Date.now(), line: this.lines }, true);
    this.index?.close();
    this.index = null;
    this.close();
    if (this.diskEnd < this.size) return;
    this.recent = [];
    this.recentBytes = 0;
  }

  private get diskEnd(): number {
    const last = this.segments.at(-1);
    return last ? last.start + last.length : 0;
  }

  private write(bytes: Buffer): void {
    const segment = this.segments.at(-1);
    if (!segment) return;
    const room = this.limits.segmentBytes - segment.length;
    if (bytes.length <= room) return void this.writeTo(segment, bytes);
    // At the end of a line, if there is one: then no line is torn when a segment goes.
    const lineEnd = room > 0 ? bytes.lastIndexOf(LINE_END) + 1 || bytes.length : 0;
    if (!this.writeTo(segment, bytes.subarray(0, lineEnd))) return;
    const rest = bytes.subarray(lineEnd);
    if (rest.length > 0) this.rotate(segment.start + segment.length, rest);
  }

  private rotate(start: number, bytes: Buffer): void {
    this.close();
    if (!this.tryOpen(start)) return;
    const next = this.segments.at(-1);
    if (next) this.writeTo(next, bytes);
    this.index?.note({ offset: start, at: Date.now(), line: this.lines - lineEnds(bytes) }, true);
    this.dropOldest();
  }

  private writeTo(segment: Segment, bytes: Buffer): boolean {
    if (this.fd === null) return false;
    try {
      for (let at = 0; at < bytes.length;) {
        const written = writeSync(this.fd, bytes, at);
        at += written;
        segment.length += written;
      }
      return true;
    } catch (error) {
      // A full disk must not take the console with it: it goes on in memory, and is written again when there is room.
      this.failed(error);
      return false;
    }
  }

  private tryOpen(start: number): boolean {
    try {
      this.open(start);
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /** Opens the segment that is written from now on. */
  private open(start = this.size): void {
    const last = this.segments.at(-1);
    const goesOn =
      last !== undefined && last.start + last.length === start && last.length < this.limits.segmentBytes;
    const path = goesOn ? last.path : segmentPath(this.path, start);
    this.fd = openSync(path, 'a', 0o600);
    if (!goesOn) this.segments.push({ start, length: 0, path, reader: null, skip: 0 });
  }

  private failed(error: unknown): void {
    log('error', 'console log can’t be written', { path: this.path, error: (error as Error).message });
    this.failedAt = performance.now();
    this.close();
  }

  /** Removes the oldest segments beyond the limit; never the first, which has the boot, nor the newest. */
  private dropOldest(): void {
    let bytes = this.segments.reduce((sum, { length }) => sum + length, 0);
    while (bytes > this.limits.runBytes && this.segments.length > 2) {
      const [dropped] = this.segments.splice(1, 1);
      if (!dropped) return;
      bytes -= dropped.length;
      try {
        rmSync(dropped.path, { force: true });
      } catch (error) {
        log('warn', 'console log not shortened', { path: dropped.path, error: (error as Error).message });
      }
    }
  }

  /** Somebody took a segment away, or a part of it is damaged: that is a gap like any other. */
  private lose(part: Part, at: number): void {
    const n = this.segments.indexOf(part);
    if (n < 0 || (this.fd !== null && part === this.segments.at(-1))) return;
    const behind = (part.reader?.behindDamage(part.skip + at) ?? Infinity) - part.skip;
    const parts: Part[] = [];
    if (at > 0) parts.push({ ...part, length: at });
    if (behind < part.length)
      parts.push({
        ...part,
        start: part.start + behind,
        length: part.length - behind,
        skip: part.skip + behind,
      });
    this.segments.splice(n, 1, ...parts);
  }

  /** Goes on with the index; of what came since its last entry, or before there was one, the lines are counted. */
  private beginIndex(): void {
    this.index = new LogIndexWriter(this.indexPath, this.size);
    const { offset, line } = this.index.newest ?? { offset: 0, line: 0 };
    this.lines = line;
    for (const { start, length, path } of this.segments)
      if (start + length > offset)
        this.lines += lineEnds(readFileSync(path).subarray(Math.max(0, offset - start)));
  }

  /** Ends the writing; reading goes on. */
  private close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }
}

/** How many line ends there are. */
export function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (let n = 0; n < bytes.length; n += 1) if (bytes[n] === LINE_END) count += 1;
  return count;
}
