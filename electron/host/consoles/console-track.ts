import type { Run } from '@shared/vms/run.js';
import { AnswerGate } from './answer-gate.js';
import { ConsoleStream, lineStart, type StreamSink, type TrackSegment } from './console-stream.js';

/** One console of one machine over all its runs, and everybody who follows it. */
export class ConsoleTrack {
  private readonly segments: TrackSegment[] = [];
  private readonly streams = new Set<ConsoleStream>();
  private readonly answers = new AnswerGate();

  /** A run that is over, or begins. */
  add(segment: TrackSegment): void {
    this.segments.push(segment);
    this.answers.reset();
    this.wake();
  }

  /** Whether that run, if it is the newest, has its place already. */
  hasRun(run: number): boolean {
    return this.segments.at(-1)?.run.number === run;
  }

  /** Takes output of the run that goes on. True when the line that the guest reads now should be wiped: see AnswerGate. */
  append(bytes: Buffer): boolean {
    this.segments.at(-1)?.log.append(bytes);
    const isSpoilt = this.answers.output(bytes);
    this.wake();
    return isSpoilt;
  }

  /** The last run changed: it ended. */
  setRun(run: Run): void {
    const last = this.segments.at(-1);
    if (last?.run.number === run.number) {
      last.run = run;
      if (run.end !== null) last.log.finish();
    }
    this.wake();
  }

  /** A run that is over was removed: who was reading it goes on with the next one. */
  remove(run: number): void {
    const index = this.segments.findIndex((segment) => segment.run.number === run);
    if (index < 0) return;
    this.segments.splice(index, 1);
    for (const stream of this.streams) stream.segmentRemoved(index);
  }

  /** The number of the last run that it has output of. */
  get newestRun(): number | undefined {
    return this.segments.at(-1)?.run.number;
  }

  /** Whether the guest gets what a follower's terminal says by itself. */
  allowsAnswer(stream: ConsoleStream, bytes: Uint8Array): boolean {
    return stream.isUpToDate && this.answers.allows(stream, bytes);
  }

  /** A person typed into it. */
  typed(): void {
    this.answers.typed();
  }

  /** Bytes kept of this console. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.log.keptBytes, 0);
  }

  /** What it said in each run, the oldest first. */
  get runs(): readonly TrackSegment[] {
    return this.segments;
  }

  /** The end of the newest run's output, as text, for telling why it stopped. */
  async tail(maxBytes: number): Promise<string> {
    const last = this.segments.at(-1);
    if (!last) return '';
    const from = Math.max(0, last.log.length - maxBytes);
    return (await last.log.read(from, maxBytes)).toString();
  }

  /** Follows the console, beginning `tailBytes` before its end. */
  async attach(sink: StreamSink, how: { tailBytes: number; leaps: boolean }): Promise<ConsoleStream> {
    const start = await this.startOfTail(how.tailBytes);
    const segment = start === null ? 0 : this.segments.indexOf(start.segment);
    // That run was removed meanwhile.
    if (segment < 0) return this.attach(sink, how);
    return this.follow(sink, { segment, offset: start?.offset ?? 0, leaps: how.leaps });
  }

  /** Follows the console from the beginning of a run, or of the next one when that isn't kept. */
  attachFrom(sink: StreamSink, run: number): ConsoleStream {
    const found = this.segments.findIndex((segment) => segment.run.number >= run);
    return this.follow(sink, { segment: found < 0 ? this.segments.length : found, offset: 0, leaps: false });
  }

  private follow(
    sink: StreamSink,
    place: { segment: number; offset: number; leaps: boolean },
  ): ConsoleStream {
    const stream = new ConsoleStream(this.segments, sink, place, () => this.streams.delete(stream));
    this.streams.add(stream);
    return stream;
  }

  /**
   * Where a tail begins: at the start of a run, or after a line end, so that no character or sequence is cut; null: at
   * the very beginning.
   */
  private async startOfTail(tailBytes: number): Promise<{ segment: TrackSegment; offset: number } | null> {
    let left = tailBytes;
    for (const segment of this.segments.toReversed()) {
      const { log } = segment;
      if (log.length > left) {
        return { segment, offset: await lineStart(log, log.length - left) };
      }
      left -= log.length;
    }
    return null;
  }

  private wake(): void {
    for (const stream of this.streams) stream.wake();
  }
}
