import { rmSync, unlinkSync } from 'node:fs';
import type { FdEvents } from './fd-events.js';
import {
  AF_UNIX,
  bindSocket,
  closeFd,
  lastErrno,
  MSG_DONTWAIT,
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

  /** `path` null: an address of the kernel's choice (unix(7) autobind); a peer answers only bound sockets. `replace` takes the place of a file there. */
  constructor(
    private readonly events: FdEvents,
    private readonly path: string | null,
    onDatagram: (bytes: Buffer) => void,
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
    events.onReadable(this.fd, () => {
      for (;;) {
        const length = receive(this.fd, this.buffer, DATAGRAM_MAX, MSG_DONTWAIT);
        if (length < 0) return;
        onDatagram(Buffer.from(this.buffer.subarray(0, length)));
      }
    });
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

function unixAddress(path: string): Buffer {
  const bytes = Buffer.from(path);
  if (bytes.length > SOCKET_PATH_MAX) throw new RangeError(`socket path too long: ${path}`);
  const address = Buffer.alloc(2 + bytes.length + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  bytes.copy(address, 2);
  return address;
}
