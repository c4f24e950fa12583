/** A full pty is written again this long after a nudge: one 8 KB buffer each time (facts/consoles-and-lifecycle 10). */
const NUDGE_MS = 3;
/** So many nudges without any output, and the console has nothing more to say. */
const QUIET_NUDGES = 4;

/**
 * Keeps consoles flowing. UML stops writing when the pty is full and doesn't learn that it was emptied, until
 * something wakes it (facts/consoles-and-lifecycle 0.1, 9); SIGIO to its main process does. With a large paste the
 * same happens the other way: the guest stops reading while its line buffer is full, and input lies still after.
 *
 * A SIGIO before UML has its handler kills it, so nothing is sent until its control socket is up.
 */
export class Nudger {
  private enabled = false;
  private quiet = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly nudge: () => void) {}

  /** From here on the signal is safe. */
  enable(): void {
    this.enabled = true;
    this.activity();
  }

  /** Bytes passed, either way: there may be more behind them. */
  activity(): void {
    this.quiet = 0;
    if (this.enabled && this.timer === null) this.schedule();
  }

  /** The process is gone. */
  stop(): void {
    this.enabled = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.enabled) return;
      this.nudge();
      this.quiet += 1;
      if (this.quiet < QUIET_NUDGES) this.schedule();
    }, NUDGE_MS);
  }
}
