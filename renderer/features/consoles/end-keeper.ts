import type { Terminal } from '@xterm/xterm';

/** A terminal that was just shown gets its sizes, its own and those that other views leave it, within this time. */
const ARRIVAL_MS = 1000;

/**
 * Keeps a terminal that followed its newest text following it. When it comes back into sight, or is resized, while
 * much is written, xterm (6.0) takes the jumps of its scroll bar for a person's scrolling and stays where it is.
 */
export class EndKeeper {
  private wasAtEnd = true;
  private arrivesUntil = 0;

  constructor(private readonly terminal: Terminal) {}

  /** It goes out of sight. */
  hidden(): void {
    this.wasAtEnd = this.isAtEnd;
  }

  /** It is in sight again. */
  shown(): void {
    this.arrivesUntil = this.wasAtEnd ? performance.now() + ARRIVAL_MS : 0;
  }

  /** Does what resizes it; it follows its newest text after that if it did before. */
  during(resize: () => void): void {
    const follows = this.isAtEnd || performance.now() < this.arrivesUntil;
    const { cols, rows } = this.terminal;
    resize();
    const isSame = cols === this.terminal.cols && rows === this.terminal.rows;
    if (!follows || (isSame && performance.now() >= this.arrivesUntil)) return;
    // xterm moves its scroll bar in the frame after; what it makes of that is there one later.
    requestAnimationFrame(() => requestAnimationFrame(() => this.terminal.scrollToBottom()));
  }

  private get isAtEnd(): boolean {
    const { viewportY, baseY } = this.terminal.buffer.active;
    return viewportY >= baseY;
  }
}
