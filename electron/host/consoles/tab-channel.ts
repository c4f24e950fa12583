import { LineEnds } from '@shared/consoles/line-ends.js';
import type { FdEvents } from '../platform/fd-events.js';
import { OutputPipe } from '../platform/pipe.js';
import { Pty } from '../platform/pty.js';
import { InputPacer } from './input-pacer.js';

/** What a tab's channel does for UML's sake when bytes went through its pty. */
export interface PtyWatch {
  /** So many bytes were read. */
  output(bytes: number): void;
  /** Something was written. */
  activity(): void;
}

/** How UML has a tab's ends. */
export interface TabOptions {
  /** Output comes through a pipe. */
  byPipe: boolean;
  /** UML opens the pty by its name (`tty:`), because it was already running. */
  byName?: boolean;
}

/**
 * The host's end of a console that is a tab: keys go through a pty, which also has the size; output comes through a
 * pipe where the guest is told its size in another way, else through the pty, which stalls now and then and needs
 * nudges (docs/decisions/0015).
 */
export class TabChannel {
  private readonly pty: Pty;
  private readonly pipe: OutputPipe | null;
  private readonly pacer: InputPacer;

  constructor(
    events: FdEvents,
    private readonly options: TabOptions,
    watch: PtyWatch,
    onOutput: (bytes: Buffer) => void,
  ) {
    const said = (bytes: Buffer): void => {
      this.pacer.output();
      onOutput(bytes);
    };
    this.pty = new Pty(events, (bytes) => {
      watch.output(bytes.length);
      said(bytes);
    });
    const lineEnds = new LineEnds();
    this.pipe = options.byPipe ? new OutputPipe((bytes) => said(asBuffer(lineEnds.push(bytes)))) : null;
    this.pacer = new InputPacer((bytes) => {
      this.pty.write(bytes);
      watch.activity();
    });
  }

  /** For UML to read from, and for what it prints before its console is up. */
  get inputFd(): number {
    return this.pty.slaveFd;
  }

  /** For UML to write to. */
  get outputFd(): number {
    return this.pipe?.writeFd ?? this.pty.slaveFd;
  }

  /** The pty's name, for UML to open it by. */
  get devicePath(): string {
    return this.pty.slavePath;
  }

  /**
   * Whether UML itself tells the guest about a new size: it watches what it writes to, if that is a terminal that it
   * was given open. Of one that it opened by name it reads the size each time the guest opens the line, and no more.
   */
  get tellsSize(): boolean {
    return this.pipe === null && this.options.byName !== true;
  }

  type(bytes: Uint8Array): void {
    this.pacer.type(bytes);
  }

  resize(cols: number, rows: number): void {
    this.pty.resize(cols, rows);
  }

  /** Nobody is there any more to type for. */
  stopTyping(): void {
    this.pacer.stop();
  }

  /** Resolves when everything that was said was handed on. To be called when no other program has its ends any more. */
  async drain(): Promise<void> {
    await Promise.all([this.pty.drain(), this.pipe?.drain()]);
  }

  close(): void {
    this.pty.close();
    this.pipe?.close();
  }
}

/** The same bytes as Node's kind of them. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
