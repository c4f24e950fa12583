import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { failure } from '@shared/errors/paddock-error.js';
import { textPieces } from '@shared/guest-tools/guest-protocol.js';
import { MarkedStream } from '@shared/guest-tools/marked-stream.js';
import type { GuestAnswer } from './guest-requests.js';

/** What a command says on. */
export type JobStream = 'output' | 'errors';

/** A command to run in the guest. */
export interface JobOrder {
  /** For the guest's sh. */
  script: Uint8Array;
  /** What it reads; null: nothing. */
  input: AsyncIterable<Uint8Array> | null;
  /** Takes what it says; a promise makes the command wait. */
  onOutput(stream: JobStream, bytes: Uint8Array): Promise<void> | void;
  /** Null: as long as it likes. */
  timeoutMs: number | null;
  /** More than this of output and errors together ends it. Null: as much as it likes. */
  outputMax: number | null;
  signal: AbortSignal;
}

/** How a command ended. */
export interface JobEnd {
  exitCode: number;
  timedOut: boolean;
  /** It said more than it was allowed to. */
  cut: boolean;
}

/** What a job needs of the tools. */
interface JobTools {
  ask(words: string): Promise<GuestAnswer>;
  nudge(): void;
}

type JobLines = Record<JobStream | 'input', Socket>;

/** Input under way that is not yet in the command's pipe: the guest's line buffer holds 4096 bytes. */
const INPUT_WINDOW = 3072;
const INPUT_PIECE = 512;
/** A kernel that missed an event is woken so often while input waits. */
const INPUT_NUDGE_MS = 10;
/** After TERM comes KILL. */
const KILL_AFTER_MS = 2000;
/** Output of a command that has ended is waited for as long as it flows; behind this, something it left holds it open. */
const OUTPUT_QUIET_MS = 1000;
/** Nothing is heard of a command that was killed: the guest is not to be waited for any longer. */
const END_LIMIT_MS = 10_000;
/** What may lie on an output line of earlier commands; a guest that has more to say there is not waited for. */
const SKIP_MAX = 64 * 1024 * 1024;

/** A command that runs in the guest. */
export class GuestJob {
  readonly end: Promise<JobEnd>;
  private settle!: { resolve(end: JobEnd): void; reject(error: unknown): void };
  private readonly marks: { begin: string; end: string };
  private readonly streams: Record<JobStream, MarkedStream>;
  private exitCode: number | null = null;
  private said = 0;
  private timedOut = false;
  private cut = false;
  private isOver = false;
  private isEnding = false;
  /** Output is on its way to whoever reads it. */
  private delivering = 0;
  private sent = 0;
  private echoed = 0;
  private roomMade: (() => void) | null = null;
  private readonly timers = new Set<NodeJS.Timeout>();
  private quiet: NodeJS.Timeout | null = null;
  private undo: (() => void)[] = [];

  constructor(
    private readonly number: number,
    private readonly order: JobOrder,
    private readonly lines: JobLines,
    private readonly tools: JobTools,
  ) {
    const [begin, end] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    this.marks = { begin, end };
    this.streams = { output: new MarkedStream(begin, end), errors: new MarkedStream(begin, end) };
    this.end = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.begin().catch((error: unknown) => this.fail(error));
  }

  /** The guest says that a command ended; its last output may still come. */
  ended(job: number, code: number): void {
    if (job !== this.number || this.exitCode !== null || this.isOver) return;
    this.exitCode = code;
    this.roomMade?.();
    this.lookAtEnd();
  }

  /** It can't go on. */
  fail(error: unknown): void {
    if (this.isOver) return;
    this.close();
    this.settle.reject(error);
  }

  private async begin(): Promise<void> {
    const { order, number } = this;
    for (const stream of ['output', 'errors'] as const) this.listen(stream);
    const abort = (): void => this.fail(failure('cancelled', {}));
    order.signal.addEventListener('abort', abort);
    this.undo.push(() => order.signal.removeEventListener('abort', abort));
    // What an earlier command didn't read must not be read by this one.
    if (order.input !== null) await this.tools.ask('drain');
    for (const piece of textPieces(order.script)) await this.tools.ask(`text ${number} ${piece}`);
    if (this.isOver) return;
    if (order.timeoutMs !== null)
      this.after(order.timeoutMs, () => {
        this.timedOut = true;
        void this.kill();
      });
    if (order.input !== null) this.listenToInput();
    const { begin, end } = this.marks;
    await this.tools.ask(`run ${number} ${begin} ${end} ${order.input === null ? 'none' : 'input'}`);
    if (order.input !== null && !this.isOver) await this.feed(order.input);
  }

  private listen(stream: JobStream): void {
    const socket = this.lines[stream];
    const take = (bytes: Buffer): void => this.take(stream, bytes);
    socket.on('data', take);
    socket.resume();
    this.undo.push(() => {
      socket.off('data', take);
      // Nobody listens between two commands: who floods the line then waits.
      socket.pause();
    });
  }

  private take(stream: JobStream, bytes: Buffer): void {
    const marked = this.streams[stream];
    const output = marked.push(bytes);
    if (marked.skipped > SKIP_MAX) return this.fail(failure('guest-garbled', {}));
    this.said += output.length;
    if (this.order.outputMax !== null && this.said > this.order.outputMax && !this.cut) {
      const allowed = output.length - (this.said - this.order.outputMax);
      this.cut = true;
      this.deliver(stream, output.subarray(0, allowed));
      void this.kill();
    } else if (output.length > 0 && !this.cut) this.deliver(stream, output);
    this.lookAtEnd();
  }

  private deliver(stream: JobStream, bytes: Uint8Array): void {
    const wait = this.order.onOutput(stream, bytes);
    if (!wait) return;
    const socket = this.lines[stream];
    socket.pause();
    this.delivering += 1;
    wait.then(
      () => {
        this.delivering -= 1;
        if (this.isOver) return;
        socket.resume();
        // A kernel that found the line full may not learn that it is empty.
        this.tools.nudge();
        this.lookAtEnd();
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** All was heard, or what is missing will not come. */
  private lookAtEnd(): void {
    if (this.quiet !== null) clearTimeout(this.quiet);
    this.quiet = null;
    if (this.exitCode === null || this.isOver || this.delivering > 0) return;
    if (this.streams.output.hasEnded && this.streams.errors.hasEnded) {
      const { exitCode, timedOut, cut } = this;
      this.close();
      return this.settle.resolve({ exitCode, timedOut, cut });
    }
    this.quiet = setTimeout(() => {
      this.tools.ask(`cut ${this.number}`).catch((error: unknown) => this.fail(error));
      this.after(END_LIMIT_MS, () => this.fail(failure('guest-garbled', {})));
    }, OUTPUT_QUIET_MS);
  }

  /** Ends the command with all that it started. */
  private async kill(): Promise<void> {
    if (this.isEnding || this.exitCode !== null) return;
    this.isEnding = true;
    const signal = (name: string): Promise<unknown> =>
      this.tools.ask(`signal ${this.number} ${name}`).catch((error: unknown) => this.fail(error));
    this.after(KILL_AFTER_MS, () => this.exitCode === null && void signal('KILL'));
    this.after(END_LIMIT_MS, () => this.exitCode === null && this.fail(failure('guest-garbled', {})));
    await signal('TERM');
  }

  private listenToInput(): void {
    const socket = this.lines.input;
    const take = (bytes: Buffer): void => {
      // More than was sent is a lie.
      this.echoed = Math.min(this.sent, this.echoed + bytes.length);
      this.roomMade?.();
    };
    socket.on('data', take);
    socket.resume();
    this.undo.push(() => {
      socket.off('data', take);
      socket.pause();
    });
  }

  private async feed(input: AsyncIterable<Uint8Array>): Promise<void> {
    const nudging = setInterval(() => this.sent > this.echoed && this.tools.nudge(), INPUT_NUDGE_MS);
    try {
      for await (const bytes of input) {
        for (let at = 0; at < bytes.length; at += INPUT_PIECE) {
          const piece = bytes.subarray(at, at + INPUT_PIECE);
          if (!(await this.room(INPUT_WINDOW - piece.length))) return;
          this.sent += piece.length;
          this.lines.input.write(piece);
          this.tools.nudge();
        }
      }
      if (!(await this.room(0))) return;
    } finally {
      clearInterval(nudging);
    }
    await this.tools.ask(`eof ${this.number}`);
  }

  /** Resolves when no more than so much is under way; false when nobody reads any more. */
  private async room(most: number): Promise<boolean> {
    while (this.sent - this.echoed > most && this.exitCode === null && !this.isOver)
      await new Promise<void>((resolve) => (this.roomMade = resolve));
    return this.exitCode === null && !this.isOver;
  }

  private after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
  }

  private close(): void {
    // One that goes on without anybody who listens is ended.
    if (this.exitCode === null && !this.isEnding) {
      this.isEnding = true;
      const ask = (words: string): Promise<unknown> => this.tools.ask(words).catch(() => {});
      // It may have something to clear away.
      void ask(`signal ${this.number} TERM`);
      void ask(`eof ${this.number}`);
      void ask(`cut ${this.number}`);
      setTimeout(() => void ask(`signal ${this.number} KILL`), KILL_AFTER_MS);
    }
    this.isOver = true;
    this.roomMade?.();
    if (this.quiet !== null) clearTimeout(this.quiet);
    for (const timer of this.timers) clearTimeout(timer);
    for (const undo of this.undo.splice(0)) undo();
  }
}
