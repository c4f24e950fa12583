import type { IDisposable } from '@xterm/xterm';
import { createStore } from 'zustand/vanilla';
import { typedLines } from '@shared/consoles/paste-text.js';
import { encodeUtf8 } from '@shared/text-codec.js';
import type { ConsoleSession } from './console-session.js';

/** When the next line is typed: after a time, or when the guest shows a prompt again. */
export type SlowPace = { kind: 'rate'; perSecond: number } | { kind: 'prompt'; endsWith: string };

/** A text that is being typed line by line. */
export interface SlowSend {
  session: ConsoleSession;
  file: string;
  done: number;
  total: number;
  /** What it waits for; null while it goes on. */
  waitsFor: string | null;
}

/** The text that is being typed now, if any; one at a time. */
export const slowSend = createStore<{ sending: SlowSend | null }>(() => ({ sending: null }));

/** After so long without a prompt it is said that it waits. */
const WAIT_SAID_MS = 3000;

let running: SlowTyping | null = null;

/** Begins to type a text line by line; what was being typed stops. */
export function startSlowSend(session: ConsoleSession, file: string, text: string, pace: SlowPace): void {
  running?.stop();
  running = new SlowTyping(session, file, typedLines(text), pace);
}

/** Stops it after the line that is typed. */
export function stopSlowSend(): void {
  running?.stop();
  running = null;
}

/** Types lines, each when the guest is ready for it. */
class SlowTyping {
  private readonly total: number;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private said: ReturnType<typeof setTimeout> | null = null;
  private listening: IDisposable | null = null;

  constructor(
    private readonly session: ConsoleSession,
    private readonly file: string,
    private readonly lines: string[],
    private readonly pace: SlowPace,
  ) {
    this.total = lines.length;
    this.next();
  }

  stop(): void {
    this.rest();
    slowSend.setState({ sending: null });
  }

  private next(): void {
    this.rest();
    const line = this.lines.shift();
    // At its end, or with the machine.
    if (line === undefined || !this.session.canType) return this.stop();
    this.tell(null);
    const { pace } = this;
    if (pace.kind === 'prompt') this.whenPrompted(pace.endsWith);
    else this.timer = setTimeout(() => this.next(), 1000 / pace.perSecond);
    this.session.type(encodeUtf8(line));
  }

  /** Waits for a prompt below the line that is about to be typed. */
  private whenPrompted(endsWith: string): void {
    const { terminal } = this.session;
    const typedAt = terminal.registerMarker(0);
    this.said = setTimeout(() => this.tell(endsWith), WAIT_SAID_MS);
    this.listening = terminal.onWriteParsed(() => {
      const { active } = terminal.buffer;
      const row = active.baseY + active.cursorY;
      // The marker goes where its line goes, also out of the scrollback or away with a cleared screen.
      const isBelow = !typedAt || typedAt.isDisposed || row > typedAt.line;
      const shown = active.getLine(row)?.translateToString(false, 0, active.cursorX).trimEnd() ?? '';
      if (!isBelow || !shown.endsWith(endsWith)) return;
      typedAt?.dispose();
      this.listening?.dispose();
      // After what is being parsed: typing from within would be typing too early.
      this.timer = setTimeout(() => this.next());
    });
  }

  private tell(waitsFor: string | null): void {
    const { session, file, total } = this;
    slowSend.setState({ sending: { session, file, total, done: total - this.lines.length, waitsFor } });
  }

  private rest(): void {
    for (const timer of [this.timer, this.said]) if (timer !== null) clearTimeout(timer);
    this.listening?.dispose();
  }
}

/** How the line with the cursor ends before it, which is most likely the end of a prompt. */
export function promptEnd({ terminal }: ConsoleSession): string {
  const { active } = terminal.buffer;
  const row = active.getLine(active.baseY + active.cursorY);
  return row?.translateToString(false, 0, active.cursorX).trimEnd().slice(-1) ?? '';
}
