import {
  CONSOLE_CHUNK_BYTES,
  CONSOLE_LEAP_BEHIND_BYTES,
  CONSOLE_LEAP_KEEP_BYTES,
  CONSOLE_WINDOW_BYTES,
} from '@shared/api/frames.js';
import type { StreamEvent } from '@shared/api/messages.js';
import type { Run } from '@shared/vms/run.js';
import type { ConsoleLog } from './console-log.js';

/** What a console said in one run. */
export interface TrackSegment {
  run: Run;
  log: ConsoleLog;
}

/** Where a stream's output goes: one connection. */
export interface StreamSink {
  sendOutput(bytes: Uint8Array): void;
  sendEvent(event: ConsoleEvent): void;
}

/** A console event without its stream, which the connection adds. */
export type ConsoleEvent = DistributiveOmit<Exclude<StreamEvent, { event: 'guest.ended' }>, 'streamId'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/**
 * Live output waits up to this long for more of it: 30 times fewer messages in a flood, and no wait at all for the
 * first bytes after a pause, which is what typing looks like (facts/electron 8).
 */
const BATCH_MS = 6;

/**
 * One follower's place in a console. It reads from the log, however far behind it is, and never has more than a
 * window of bytes under way; so a slow window costs no memory and loses nothing, and no other window waits for it.
 */
export class ConsoleStream {
  private readonly leaps: boolean;
  private segment: number;
  private offset: number;
  private startSent = false;
  private liveSent = false;
  private unacknowledged = 0;
  private pumping = false;
  private again = false;
  private closed = false;
  private lastSentAt = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly segments: readonly TrackSegment[],
    private readonly sink: StreamSink,
    start: { segment: number; offset: number; leaps: boolean },
    private readonly onClose: () => void,
  ) {
    this.segment = start.segment;
    this.offset = start.offset;
    this.leaps = start.leaps;
  }

  /** There may be something new to send. */
  wake(): void {
    if (this.timer !== null || this.closed) return;
    const wait = this.lastSentAt + BATCH_MS - performance.now();
    if (!this.liveSent || wait <= 0) void this.pump();
    else {
      this.timer = setTimeout(() => {
        this.timer = null;
        void this.pump();
      }, wait);
    }
  }

  /** The other side handled so many bytes. */
  acknowledge(count: number): void {
    this.unacknowledged = Math.max(0, this.unacknowledged - count);
    void this.pump();
  }

  /** Whether it has been sent about everything: what its terminal says by itself is then about the present. */
  get isUpToDate(): boolean {
    const { log } = this.segments[this.segment] ?? {};
    return this.liveSent && log !== undefined && log.length - this.offset <= CONSOLE_CHUNK_BYTES;
  }

  /** The run at this place was removed. One that was being read ends here, for whoever reads. */
  segmentRemoved(index: number): void {
    if (this.segment < index) return;
    if (this.segment > index) this.segment -= 1;
    else {
      this.offset = 0;
      this.startSent = false;
    }
    this.wake();
  }

  /** Nothing more is sent. */
  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.onClose();
  }

  private async pump(): Promise<void> {
    this.again = true;
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (this.again && !this.closed) {
        this.again = false;
        while (await this.step());
      }
    } finally {
      this.pumping = false;
    }
  }

  /** Sends the next thing; false when there is nothing, or no room. */
  private async step(): Promise<boolean> {
    const current = this.segments[this.segment];
    if (this.closed) return false;
    if (!current) {
      this.sendLive();
      return false;
    }
    const { run, log } = current;
    if (!this.startSent) {
      this.startSent = true;
      const { number, startedAt, kernelVersion } = run;
      this.sink.sendEvent({
        event: 'console.runStart',
        run: number,
        startedAt,
        kernelVersion,
        skippedBytes: this.offset,
      });
    }
    if (this.offset < log.length) {
      const room = CONSOLE_WINDOW_BYTES - this.unacknowledged;
      if (room <= 0) return false;
      if (this.leaps && this.liveSent && log.length - this.offset > CONSOLE_LEAP_BEHIND_BYTES) {
        await this.leap(current);
        return true;
      }
      const bytes = await log.read(this.offset, Math.min(CONSOLE_CHUNK_BYTES, room));
      if (this.closed) return false;
      // Removed while it was read.
      if (this.segments[this.segment] !== current) return true;
      if (bytes.length === 0) {
        // A limit, a full disk, or a log that was taken away left a hole: go on after it.
        const next = log.keptFrom(Math.max(this.offset + 1, log.keptFrom(this.offset)));
        this.sink.sendEvent({ event: 'console.skipped', run: run.number, bytes: next - this.offset });
        this.offset = next;
        return true;
      }
      this.offset += bytes.length;
      this.unacknowledged += bytes.length;
      this.lastSentAt = performance.now();
      this.sink.sendOutput(bytes);
      return true;
    }
    if (run.end !== null) {
      this.sink.sendEvent({
        event: 'console.runEnd',
        run: run.number,
        startedAt: run.startedAt,
        end: run.end,
      });
      this.segment += 1;
      this.offset = 0;
      this.startSent = false;
      return true;
    }
    this.sendLive();
    return false;
  }

  /** Goes on near the end of what there is. What lies between is in the log. */
  private async leap({ run, log }: TrackSegment): Promise<void> {
    const from = this.offset;
    const to = await lineStart(log, log.length - CONSOLE_LEAP_KEEP_BYTES);
    // Removed while it was read.
    if (this.closed || this.segments[this.segment]?.log !== log) return;
    this.offset = to;
    this.sink.sendEvent({ event: 'console.leap', run: run.number, skippedBytes: to - from });
  }

  private sendLive(): void {
    if (this.liveSent) return;
    this.liveSent = true;
    this.sink.sendEvent({ event: 'console.live' });
  }
}

/** The first line that begins at or behind an offset, so that no character or sequence is cut; lines that are too long are. */
export async function lineStart(log: ConsoleLog, offset: number): Promise<number> {
  const lineEnd = (await log.read(offset, 4096)).indexOf(10);
  return lineEnd < 0 ? offset : offset + lineEnd + 1;
}
