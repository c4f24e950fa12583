import type { Terminal } from '@xterm/xterm';
import type { ConsoleListener } from '@shared/api/client.js';
import { gapText } from '@shared/consoles/log-text.js';
import { isOrderlyStop } from '@shared/diagnostics/stop-reason.js';
import { OutputGuard } from '@shared/consoles/output-guard.js';
import { markEvidence } from './evidence.js';
import { DIVIDER_ROWS, RunDivider } from './run-divider.js';

/** What stands between the bytes; who else looks at the console is the session's business. */
type StreamEvent = Exclude<Parameters<ConsoleListener['onEvent']>[0], { event: 'console.viewing' }>;

/** What the feed tells its session. */
export interface FeedListener {
  /** So many bytes were parsed: more may come. */
  onHandled(count: number): void;
  /** History is through. */
  onLive(): void;
  /** Output came after that. */
  onFresh(): void;
  /** A flood that was too quick for the screen is over: parts of it are not in the scrollback. */
  onLeapt(): void;
}

/**
 * Puts a terminal back into a known state between two runs, without moving the cursor: leave the other screen,
 * soft reset, no mouse reports, no bracketed paste, no focus reports, wrapping on.
 */
const BETWEEN_RUNS = '\x1b[?47l\x1b[!p\x1b[?9;1000;1002;1003;1004;1005;1006;1015;2004l\x1b[?7;25h';

/** What was left out may have ended in the middle of a colour or a sequence: begin a line without any. */
const IN_A_LEAP = '\x1b\\\x1b[m\r';
/** A flood without output for so long is over. */
const QUIET_MS = 300;

/** Writes a stream into a terminal in order: bytes as they are, run events as dividers between them. */
export class ConsoleFeed {
  /** False while history is parsed. */
  isLive = false;
  private readonly queue: (Uint8Array | StreamEvent | 'caught up')[] = [];
  /** While an event is being written, what comes after it waits. */
  private isBusy = false;
  private isStopped = false;
  private isPaused = false;
  /** History has arrived, parsed or not. */
  private hasAll = false;
  private hasLeapt = false;
  private quiet: ReturnType<typeof setTimeout> | null = null;
  private divider: RunDivider | null = null;
  private hasOutput = false;
  private readonly guard: OutputGuard;

  constructor(
    private readonly terminal: Terminal,
    private readonly listener: FeedListener,
  ) {
    this.guard = new OutputGuard(() => terminal);
  }

  /** Takes output. */
  output(bytes: Uint8Array): void {
    if (this.hasAll) this.listener.onFresh();
    this.queue.push(bytes);
    this.pump();
  }

  /** Takes an event; it stands where it came between the bytes. */
  event(event: StreamEvent): void {
    if (event.event === 'console.live') this.hasAll = true;
    this.queue.push(event);
    this.pump();
  }

  /**
   * Nobody looks: nothing is parsed, and the host waits once a window of bytes is here. A flood in a tab that is not
   * shown costs the others nothing.
   */
  pause(): void {
    this.isPaused = true;
  }

  /** Somebody looks again. What came meanwhile is history: questions in it were put to nobody. */
  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    if (this.isLive && this.queue.length > 0) {
      this.isLive = false;
      this.queue.push('caught up');
    }
    this.pump();
  }

  /** Writes nothing more. */
  stop(): void {
    this.isStopped = true;
    if (this.quiet !== null) clearTimeout(this.quiet);
    this.queue.length = 0;
  }

  private pump(): void {
    while (!this.isBusy && !this.isStopped && !this.isPaused) {
      const next = this.queue.shift();
      if (next === undefined) return;
      if (next instanceof Uint8Array) this.write(next);
      else if (next === 'caught up') this.terminal.write('', () => (this.isLive = true));
      else this.take(next);
    }
  }

  private write(bytes: Uint8Array): void {
    this.hasOutput = true;
    for (const slice of this.guard.pass(bytes)) this.terminal.write(slice);
    this.terminal.write('', () => {
      if (this.isStopped) return;
      this.listener.onHandled(bytes.length);
      if (this.hasLeapt) this.waitForQuiet();
    });
  }

  /** Every output puts it off. */
  private waitForQuiet(): void {
    if (this.quiet !== null) clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      if (!this.isStopped && !this.isPaused) this.listener.onLeapt();
    }, QUIET_MS);
  }

  private take(event: StreamEvent): void {
    this.isBusy = true;
    // After this empty write, everything before it is on the screen.
    this.terminal.write('', () => {
      if (this.isStopped) return;
      switch (event.event) {
        case 'console.leap':
          this.hasLeapt = true;
          return this.terminal.write(IN_A_LEAP, () => this.goOn());
        case 'console.live':
          this.isLive = true;
          this.listener.onLive();
          return this.goOn();
        case 'console.skipped':
          this.hasOutput = true;
          return this.terminal.write(`\r\n\x1b[2m${gapText(event.bytes)}\x1b[22m\r\n`, () => this.goOn());
        case 'console.runEnd':
          if (!isOrderlyStop(event.end.reason)) markEvidence(this.terminal);
          return this.makeRoom((divider) => (this.divider = divider(event, null)));
        case 'console.runStart':
          // What the last run began and did not end, ended with it.
          this.guard.reset();
          // And so did its colours; a new object, or xterm sees no change.
          this.terminal.options.theme = { ...this.terminal.options.theme };
          if (this.divider) {
            this.divider.begin(event);
            this.divider = null;
            return this.terminal.write(BETWEEN_RUNS, () => this.goOn());
          }
          if (event.skippedBytes === 0 && (event.run === 1 || !this.hasOutput)) return this.goOn();
          return this.makeRoom((divider) => divider(null, event));
        case 'guest.ended':
          // Of a command in a guest, never of a console.
          return this.goOn();
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
