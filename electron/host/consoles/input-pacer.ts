/** A guest's line discipline holds 4096 bytes and throttles when fewer than 128 are free (n_tty.c): far from that. */
const PIECE_BYTES = 256;
/** Time between pieces: a guest that reads without echoing has taken 256 bytes by then. */
const PIECE_MS = 6;
/** While the guest echoes, the next piece waits until it was quiet for so long ... */
const QUIET_MS = 4;
/** ... but not for ever: a guest that prints all the time is typed into, too. */
const PATIENCE_MS = 60;
/** More typed or pasted bytes than this wait for no guest: at this pace they would for minutes. */
const QUEUE_MAX = 4 * 1024 * 1024;
const CTRL_C = 3;

/**
 * Feeds a large paste to a guest in pieces that it can take.
 *
 * UML stops reading a console for good once the guest's line buffer was full: line_throttle removes the descriptor
 * from its epoll set, and what should put it back (reactivate_fd, arch/um/kernel/irq.c) has been empty since the
 * interrupts were rewritten. Seen on 6.1: 70 KB pasted at once arrive whole, and nothing typed after that does.
 */
export class InputPacer {
  private queue: Uint8Array[] = [];
  private queued = 0;
  private timer: NodeJS.Timeout | null = null;
  private pieceAt = -Infinity;
  private outputAt = -Infinity;

  constructor(private readonly write: (bytes: Uint8Array) => void) {}

  /** Takes what was typed or pasted. A lone Ctrl+C takes the place of all that still waits; what is too much is lost. */
  type(bytes: Uint8Array): void {
    if (bytes.length === 1 && bytes[0] === CTRL_C) this.clear();
    if (this.queued + bytes.length > QUEUE_MAX) return;
    this.queued += bytes.length;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      this.queue.push(bytes.subarray(at, at + PIECE_BYTES));
    if (this.timer === null) this.next();
  }

  /** The guest said something. */
  output(): void {
    this.outputAt = performance.now();
  }

  /** Nobody is there any more to type for. */
  stop(): void {
    this.clear();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private clear(): void {
    this.queue = [];
    this.queued = 0;
  }

  private next(): void {
    this.timer = null;
    const now = performance.now();
    const echoing = now - this.outputAt < QUIET_MS && now - this.pieceAt < PATIENCE_MS;
    if (!echoing) {
      const piece = this.queue.shift();
      if (!piece) return;
      this.queued -= piece.length;
      this.pieceAt = now;
      this.write(piece);
    }
    this.timer = setTimeout(() => this.next(), echoing ? QUIET_MS : PIECE_MS);
  }
}
