import { signalProcess, type ProcessId } from '../platform/processes.js';
import { takesInterrupts } from './kernel-readiness.js';

/** A full pty is written again this long after a nudge: one 8 KB buffer each time (facts/consoles-and-lifecycle 10). */
const NUDGE_MS = 3;
/**
 * A pty is full at 4 KB or more (pty_write_room, drivers/tty/pty.c), and all of that is read here afterwards; so as
 * long as less than this was read since the last nudge, it can't have been full. A boot of 6 KB thus costs three
 * nudges and not forty.
 */
const COULD_BE_FULL = 2048;
/** So many nudges without any output, and the console has nothing more to say. */
const QUIET_NUDGES = 4;

/**
 * Keeps consoles flowing. UML stops writing when the pty is full and doesn't learn that it was emptied, until
 * something wakes it (facts/consoles-and-lifecycle 0.1, 9); SIGIO to its main process does. With a large paste the
 * same happens the other way: the guest stops reading while its line buffer is full, and input lies still after.
 */
export class Nudger {
  private quiet = 0;
  /** Bytes read since the last nudge. */
  private read = 0;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(private readonly kernel: ProcessId) {}

  /** So many bytes came out: when they could have filled the pty, there may be more behind them. */
  output(bytes: number): void {
    this.read += bytes;
    if (this.read >= COULD_BE_FULL || this.timer !== null) this.activity();
  }

  /** Something was typed, which the guest may have to be told of. */
  activity(): void {
    this.read = 0;
    this.quiet = 0;
    if (!this.stopped && this.timer === null) this.schedule();
  }

  /** The process is gone. */
  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.timer = null;
      if (takesInterrupts(this.kernel.pid)) signalProcess(this.kernel, 'SIGIO');
      this.quiet += 1;
      if (this.quiet < QUIET_NUDGES) this.schedule();
    }, NUDGE_MS);
  }
}
