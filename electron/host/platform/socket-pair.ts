import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM, socketPair, systemError } from './libc.js';

/** Two connected sockets: one for a program that is started here, one to talk to it. */
export class SocketPair {
  /** For the program; closed here by `close`. */
  readonly theirFd: number;
  readonly socket: Socket;
  private isClosed = false;

  constructor() {
    const ends = Buffer.alloc(8);
    if (socketPair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) throw systemError('socketpair');
    this.theirFd = ends.readInt32LE(4);
    this.socket = new Socket({ fd: ends.readInt32LE(0), readable: true, writable: true });
    this.socket.on('error', () => {});
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    closeSync(this.theirFd);
    this.socket.destroy();
  }
}
