import { rmSync, unlinkSync } from 'node:fs';
import type { FdEvents } from './fd-events.js';
import {
  AF_UNIX,
  bindSocket,
  closeFd,
  connectSocket,
  lastErrno,
  MSG_DONTWAIT,
  POLLIN,
  ppoll,
  receive,
  sendTo,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  socket,
  systemError,
} from './libc.js';

/** Longest path of a unix socket: sun_path has 108 bytes with the NUL (unix(7)). */
export const SOCKET_PATH_MAX = 107;
/** UML's largest datagram is 12 + 512 bytes (mconsole); notifications 16 + 512. */
const DATAGRAM_MAX = 4096;

/** An AF_UNIX datagram socket, which Node doesn't have. */
export class DatagramSocket {
  private readonly fd: number;
  private readonly buffer = Buffer.alloc(DATAGRAM_MAX);
  private closed = false;

  /** `path` null: an address of the kernel's choice (unix(7) autobind); a peer answers only bound sockets. `replace` takes the place of a file there. */
  constructor(
    private readonly events: FdEvents,
    private readonly path: string | null,
    private readonly onDatagram: (bytes: Buffer) => void,
    { replace = false }: { replace?: boolean } = {},
  ) {
    if (replace && path !== null) rmSync(path, { force: true });
    this.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (this.fd < 0) throw systemError('socket');
    const address = path === null ? Buffer.from([AF_UNIX, 0]) : unixAddress(path);
    if (bindSocket(this.fd, address, address.length) < 0) {
      const error = systemError('bind');
      closeFd(this.fd);
      throw error;
    }
    events.onReadable(this.fd, () => this.drain());
  }

  /**
   * Waits here and now for a datagram, for so many microseconds at most, and hands on what came: an answer that takes
   * microseconds costs no way through another thread. What comes later comes by the events.
   */
  waitBriefly(microseconds: number): void {
    const fds = Buffer.alloc(8);
    fds.writeInt32LE(this.fd, 0);
    fds.writeInt16LE(POLLIN, 4);
    const limit = Buffer.alloc(16);
    limit.writeBigInt64LE(BigInt(microseconds * 1000), 8);
    if (ppoll(fds, 1, limit, null, 0) > 0) this.drain();
  }

  private drain(): void {
    while (!this.closed) {
      const length = receive(this.fd, this.buffer, DATAGRAM_MAX, MSG_DONTWAIT);
      if (length < 0) return;
      this.onDatagram(Buffer.from(this.buffer.subarray(0, length)));
    }
  }

  /** From here on only datagrams of the socket at `path` are taken. Throws the errno as `send` does. */
  connect(path: string): void {
    const address = unixAddress(path);
    if (connectSocket(this.fd, address, address.length) < 0) {
      const code = lastErrno();
      throw Object.assign(new Error(`connect ${path}: ${code}`), { code });
    }
  }

  /** Sends one datagram to the socket at `path`. Throws the errno as Node's errors do (ENOENT, ECONNREFUSED ...). */
  send(bytes: Uint8Array, path: string): void {
    const address = unixAddress(path);
    if (sendTo(this.fd, bytes, bytes.length, MSG_DONTWAIT, address, address.length) < 0) {
      const code = lastErrno();
      throw Object.assign(new Error(`sendto ${path}: ${code}`), { code });
    }
  }

  /** Closes it and removes its file. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.events.remove(this.fd);
    closeFd(this.fd);
    if (this.path !== null) {
      try {
        unlinkSync(this.path);
      } catch {
        // Somebody cleaned up before us.
      }
    }
  }
}

/** True unless the socket at `path` is surely nobody's any more: then, and only then, the connection is refused. */
export function isSocketAlive(path: string): boolean {
  if (Buffer.byteLength(path) > SOCKET_PATH_MAX) return true;
  const address = unixAddress(path);
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) throw systemError('socket');
  try {
    if (connectSocket(fd, address, address.length) >= 0) return true;
    const code = lastErrno();
    return code !== 'ECONNREFUSED' && code !== 'ENOENT';
  } finally {
    closeFd(fd);
  }
}

function unixAddress(path: string): Buffer {
  const bytes = Buffer.from(path);
  if (bytes.length > SOCKET_PATH_MAX) throw new RangeError(`socket path too long: ${path}`);
  const address = Buffer.alloc(2 + bytes.length + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  bytes.copy(address, 2);
  return address;
}
