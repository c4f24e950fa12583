import { closeSync, constants, openSync, write, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { ReadStream } from 'node:tty';
import type { FdEvents } from './fd-events.js';
import { ioctl, systemError, TCGETS, TCSETS, TIOCGPTN, TIOCSPTLCK, TIOCSWINSZ } from './libc.js';

/** More typed or pasted bytes than this wait for no guest: one that doesn't read is not going to. */
const INPUT_QUEUE_MAX = 4 * 1024 * 1024;
/** Until a window says otherwise. */
const DEFAULT_COLS = 80;
const DEFAULT_ROWS = 24;
const OPEN_FLAGS = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;

/**
 * A pseudo terminal whose slave is given to a program as an open descriptor.
 *
 * The slave stays open here, too, for two reasons: while somebody has it open the master never sees a hangup,
 * which makes libuv lose the last kilobytes (libuv#4992; facts/electron 4), and through it `drain` knows when
 * everything was read.
 */
export class Pty {
  readonly slaveFd: number;
  /** The slave's path, for a program that opens it by name. */
  readonly slavePath: string;
  private readonly masterFd: number;
  private readonly stream: ReadStream;
  private readonly queue: Uint8Array[] = [];
  private queued = 0;
  private writing = false;
  private closed = false;
  private drained: { marker: Buffer; seen: Buffer; resolve: () => void } | null = null;

  constructor(
    private readonly events: FdEvents,
    private readonly onOutput: (bytes: Buffer) => void,
    /** Cooked: with echo, and keys that send signals, as a program expects it that is no UML. */
    mode: 'raw' | 'cooked' = 'raw',
  ) {
    this.masterFd = openSync('/dev/ptmx', OPEN_FLAGS);
    try {
      this.slavePath = slaveOf(this.masterFd);
      this.slaveFd = openSync(this.slavePath, OPEN_FLAGS);
    } catch (error) {
      closeSync(this.masterFd);
      throw error;
    }
    if (mode === 'raw') makeRaw(this.slaveFd);
    this.resize(DEFAULT_COLS, DEFAULT_ROWS);
    this.stream = new ReadStream(this.masterFd);
    this.stream.on('data', (bytes: Buffer) => this.receive(bytes));
    // EIO once all slaves are closed: the end of it, not a failure.
    this.stream.on('error', () => {});
  }

  /** Tells the size to whoever has the slave; UML passes it on to the guest. */
  resize(cols: number, rows: number): void {
    if (this.closed) return;
    const size = Buffer.alloc(8);
    size.writeUInt16LE(rows, 0);
    size.writeUInt16LE(cols, 2);
    ioctl(this.masterFd, TIOCSWINSZ, size);
  }

  /** Queues input. False when the guest has left so much unread that it was thrown away. */
  write(bytes: Uint8Array): boolean {
    if (this.closed || this.queued + bytes.length > INPUT_QUEUE_MAX) return false;
    this.queue.push(bytes);
    this.queued += bytes.length;
    if (!this.writing) void this.flush();
    return true;
  }

  /**
   * Resolves when everything that was written to the slave so far was given to onOutput: a marker goes through the
   * same queue behind it. To be called when no other program has the slave any more.
   */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) return resolve();
      const marker = Buffer.from(randomBytes(16).toString('hex'));
      this.drained = { marker, seen: Buffer.alloc(0), resolve };
      this.sendMarker(marker);
    });
  }

  /** Gives it back. Output that was not drained is lost. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.events.remove(this.masterFd);
    this.stream.destroy();
    closeSync(this.slaveFd);
    this.drained?.resolve();
  }

  private sendMarker(marker: Buffer): void {
    if (this.closed) return;
    try {
      writeSync(this.slaveFd, marker);
    } catch {
      // The queue is full; reading goes on and makes room.
      setImmediate(() => this.sendMarker(marker));
    }
  }

  private receive(bytes: Buffer): void {
    if (this.drained === null) return this.onOutput(bytes);
    const { marker, seen, resolve } = this.drained;
    const all = Buffer.concat([seen, bytes]);
    const at = all.indexOf(marker);
    if (at >= 0) {
      if (at > 0) this.onOutput(all.subarray(0, at));
      this.drained = null;
      return resolve();
    }
    // The marker may have come in part: keep as much as could be its beginning.
    const keep = Math.min(all.length, marker.length - 1);
    if (all.length > keep) this.onOutput(all.subarray(0, all.length - keep));
    this.drained.seen = all.subarray(all.length - keep);
  }

  private async flush(): Promise<void> {
    this.writing = true;
    for (let bytes = this.queue[0]; bytes !== undefined && !this.closed; bytes = this.queue[0]) {
      const result = await writeSome(this.masterFd, bytes);
      if (result === 'full') {
        await this.events.writable(this.masterFd);
      } else if (result === 'failed') {
        break;
      } else {
        this.queued -= result;
        if (result === bytes.length) this.queue.shift();
        else this.queue[0] = bytes.subarray(result);
      }
    }
    this.writing = false;
  }
}

/** Unlocks the slave of a master and says where it is. */
function slaveOf(masterFd: number): string {
  const number = Buffer.alloc(4);
  if (ioctl(masterFd, TIOCSPTLCK, number) < 0 || ioctl(masterFd, TIOCGPTN, number) < 0)
    throw systemError('ptmx');
  return `/dev/pts/${number.readUInt32LE()}`;
}

function writeSome(fd: number, bytes: Uint8Array): Promise<number | 'full' | 'failed'> {
  return new Promise((resolve) => {
    write(fd, bytes, (error, written) => {
      if (!error) resolve(written);
      else resolve(error.code === 'EAGAIN' ? 'full' : 'failed');
    });
  });
}

/**
 * Takes echo, line editing and signals off, as UML does when it opens the console: nothing that is typed during the
 * start comes back. Output processing stays until UML takes it off, so that what it prints before has its line ends.
 */
export function makeRaw(fd: number): void {
  const termios = Buffer.alloc(64);
  if (ioctl(fd, TCGETS, termios) < 0) throw systemError('TCGETS');
  const clear = (offset: number, bits: number): void => {
    termios.writeUInt32LE((termios.readUInt32LE(offset) & ~bits) >>> 0, offset);
  };
  clear(0, 0o400 | 0o2000); // ICRNL IXON
  clear(12, 0o10 | 0o100 | 0o2 | 0o1 | 0o100000); // ECHO ECHONL ICANON ISIG IEXTEN
  if (ioctl(fd, TCSETS, termios) < 0) throw systemError('TCSETS');
}
