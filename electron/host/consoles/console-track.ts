import type { Run } from '@shared/vms/run.js';
import { ConsoleStream, type StreamSink, type TrackSegment } from './console-stream.js';

/** One console of one machine over all its runs, and everybody who follows it. */
export class ConsoleTrack {
  private readonly segments: TrackSegment[] = [];
  private readonly streams = new Set<ConsoleStream>();

  /** A run that is over, or begins. */
  add(segment: TrackSegment): void {
    this.segments.push(segment);
    this.wake();
  }

  /** Takes output of the run that goes on. */
  append(bytes: Buffer): void {
    this.segments.at(-1)?.log.append(bytes);
    this.wake();
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

  /** Bytes kept of this console. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.log.length, 0);
  }

  /** The end of the newest run's output, as text, for telling why it stopped. */
  async tail(maxBytes: number): Promise<string> {
    const last = this.segments.at(-1);
    if (!last) return '';
    const from = Math.max(0, last.log.length - maxBytes);
    return (await last.log.read(from, maxBytes)).toString();
  }

  /** Follows the console, beginning `tailBytes` before its end. */
  async attach(sink: StreamSink, tailBytes: number): Promise<ConsoleStream> {
    const start = await this.startOfTail(tailBytes);
    const stream = new ConsoleStream(this.segments, sink, start, () => this.streams.delete(stream));
    this.streams.add(stream);
    return stream;
  }

  /** Where a tail begins: at the start of a run, or after a line end, so that no character or sequence is cut. */
  private async startOfTail(tailBytes: number): Promise<{ segment: number; offset: number }> {
    let left = tailBytes;
    for (let index = this.segments.length - 1; index >= 0; index -= 1) {
      const { log } = this.segments[index] as TrackSegment;
      if (log.length > left) {
        const offset = log.length - left;
        const lineEnd = (await log.read(offset, 4096)).indexOf(10);
        return { segment: index, offset: lineEnd < 0 ? offset : offset + lineEnd + 1 };
      }
      left -= log.length;
    }
    return { segment: 0, offset: 0 };
  }

  private wake(): void {
    for (const stream of this.streams) stream.wake();
  }
}
