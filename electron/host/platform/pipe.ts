import { closeSync } from 'node:fs';
import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net';
import { F_SETPIPE_SZ, fcntl, O_CLOEXEC, pipe2, systemError } from './libc.js';

/**
 * Room in a pipe. A pipe holds 64 KB by itself; with more, the writer is less often interrupted. 256 KB each lets an
 * ordinary user have 256 of them within `pipe-user-pages-soft` (pipe(7)); behind that the system says no, and the
 * pipe works as it is.
 */
const PIPE_BYTES = 256 * 1024;
const READ_BYTES = 64 * 1024;

/** A pipe that some other program writes into. Its writing end stays open here until `drain`. */
export class OutputPipe {
  readonly writeFd: number;
  private readonly reader: Socket;
  private readonly ended: Promise<void>;
  private isWriteOpen = true;

  constructor(onOutput: (bytes: Buffer) => void) {
    const ends = Buffer.alloc(8);
    if (pipe2(ends, O_CLOEXEC) < 0) throw systemError('pipe');
    const readFd = ends.readInt32LE(0);
    this.writeFd = ends.readInt32LE(4);
    fcntl(readFd, F_SETPIPE_SZ, PIPE_BYTES);
    // Node takes onread here, too; its types know it for connecting only.
    const options: SocketConstructorOpts & Pick<TcpSocketConnectOpts, 'onread'> = {
      fd: readFd,
      readable: true,
      writable: false,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (count, buffer) => {
          // A copy: the next read goes into the same memory.
          onOutput(Buffer.from(buffer.subarray(0, count)));
          return true;
        },
      },
    };
    this.reader = new Socket(options);
    this.reader.on('error', () => {});
    this.ended = new Promise((resolve) => this.reader.once('close', () => resolve()));
  }

  /** Resolves when all that was written was given to onOutput. To be called when no other program has it any more. */
  drain(): Promise<void> {
    this.closeWriteEnd();
    return this.ended;
  }

  /** Gives it back. Output that was not drained is lost. */
  close(): void {
    this.closeWriteEnd();
    this.reader.destroy();
  }

  private closeWriteEnd(): void {
    if (this.isWriteOpen) closeSync(this.writeFd);
    this.isWriteOpen = false;
  }
}
