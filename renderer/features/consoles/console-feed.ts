import type { Terminal } from '@xterm/xterm';
import type { ConsoleListener } from '@shared/api/client.js';
import { isOrderlyStop } from '@shared/diagnostics/stop-reason.js';
import { markEvidence } from './evidence.js';
import { DIVIDER_ROWS, RunDivider } from './run-divider.js';

type StreamEvent = Parameters<ConsoleListener['onEvent']>[0];

/** What the feed tells its session. */
export interface FeedListener {
  /** So many bytes were parsed: more may come. */
  onHandled(count: number): void;
  /** History is through. */
  onLive(): void;
  /** Output came after that. */
  onFresh(): void;
}

/**
 * Puts a terminal back into a known state between two runs, without moving the cursor: leave the other screen,
 * soft reset, no mouse reports, no bracketed paste, no focus reports, wrapping on, the theme's own colours.
 */
const BETWEEN_RUNS =
  '\x1b[?47l\x1b[!p\x1b[?9;1000;1002;1003;1004;1005;1006;1015;2004l\x1b[?7;25h\x1b]104\x07\x1b]110\x07\x1b]111\x07\x1b]112\x07';

/** Writes a stream into a terminal in order: bytes as they are, run events as dividers between them. */
export class ConsoleFeed {
  /** False while history is parsed. */
  isLive = false;
  private readonly queue: (Uint8Array | StreamEvent)[] = [];
  /** While an event is being written, what comes after it waits. */
  private isBusy = false;
  private isStopped = false;
  private divider: RunDivider | null = null;
  private hasOutput = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly listener: FeedListener,
  ) {}

  /** Takes output. */
  output(bytes: Uint8Array): void {
    this.queue.push(bytes);
    this.pump();
  }

  /** Takes an event; it stands where it came between the bytes. */
  event(event: StreamEvent): void {
    this.queue.push(event);
    this.pump();
  }

  /** Writes nothing more. */
  stop(): void {
    this.isStopped = true;
    this.queue.length = 0;
  }

  private pump(): void {
    while (!this.isBusy && !this.isStopped) {
      const next = this.queue.shift();
      if (next === undefined) return;
      if (next instanceof Uint8Array) this.write(next);
      else this.take(next);
    }
  }

  private write(bytes: Uint8Array): void {
    this.hasOutput = true;
    if (this.isLive) this.listener.onFresh();
    this.terminal.write(bytes, () => {
      if (!this.isStopped) this.listener.onHandled(bytes.length);
    });
  }

  private take(event: StreamEvent): void {
    this.isBusy = true;
    // After this empty write, everything before it is on the screen.
    this.terminal.write('', () => {
      if (this.isStopped) return;
      switch (event.event) {
        case 'console.live':
          this.isLive = true;
          this.listener.onLive();
          return this.goOn();
        case 'console.runEnd':
          if (!isOrderlyStop(event.end.reason)) markEvidence(this.terminal);
          return this.makeRoom((divider) => (this.divider = divider(event, null)));
        case 'console.runStart':
          if (this.divider) {
            this.divider.begin(event);
            this.divider = null;
            return this.terminal.write(BETWEEN_RUNS, () => this.goOn());
          }
          if (event.skippedBytes === 0 && (event.run === 1 || !this.hasOutput)) return this.goOn();
          return this.makeRoom((divider) => divider(null, event));
      }
    });
  }

  /** Leaves the rows of a divider free below all text, puts the cursor under them, then has the divider made. */
  private makeRoom(
    make: (
      divider: (...ends: [ended: EndedEvent | null, started: StartedEvent | null]) => RunDivider,
    ) => unknown,
  ): void {
    const { terminal } = this;
    terminal.write(BETWEEN_RUNS, () => {
      const row = lastUsedRow(terminal);
      const isBlank = row < 0;
      // To the last row with text, a new line after it, and the rows of the divider.
      const lines = '\r\n'.repeat(isBlank ? DIVIDER_ROWS : DIVIDER_ROWS + 1);
      terminal.write(`\x1b[${Math.max(row, 0) + 1};1H${lines}`, () => {
        if (this.isStopped) return;
        const marker = terminal.registerMarker(-DIVIDER_ROWS);
        if (marker) make((ended, started) => new RunDivider(terminal, marker, ended, started));
        this.goOn();
      });
    });
  }

  private goOn(): void {
    this.isBusy = false;
    this.pump();
  }
}

type EndedEvent = Extract<StreamEvent, { event: 'console.runEnd' }>;
type StartedEvent = Extract<StreamEvent, { event: 'console.runStart' }>;

/** The last row of the screen that has text, or the cursor's if that is below; -1 for an empty one. */
function lastUsedRow(terminal: Terminal): number {
  const buffer = terminal.buffer.active;
  for (let row = terminal.rows - 1; row >= 0; row -= 1) {
    const text = buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '';
    if (text !== '') return row;
  }
  return buffer.baseY > 0 ? 0 : -1;
}
