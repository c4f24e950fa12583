import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Forward } from '@shared/networks/forward.js';

/** Two UDP ports of 127.0.0.1 that nobody has, nor is among `used`. */
export async function freeUdpPorts(used: ReadonlySet<number>): Promise<[number, number]> {
  const found: number[] = [];
  while (found.length < 2) {
    const port = await anyUdpPort();
    if (!used.has(port) && !found.includes(port)) found.push(port);
  }
  return found as [number, number];
}

function anyUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** Why a port of this computer can't be taken now; null when it can. */
export function whyNotListen({ protocol, hostAddress, hostPort }: Forward): Promise<string | null> {
  return new Promise((resolve) => {
    const refused = ({ code }: NodeJS.ErrnoException): void => resolve(whyOf(code));
    if (protocol === 'udp') {
      const socket = createSocket('udp4');
      socket.once('error', refused);
      socket.bind(hostPort, hostAddress, () => socket.close(() => resolve(null)));
      return;
    }
    const server = createServer();
    server.once('error', refused);
    server.listen(hostPort, hostAddress, () => server.close(() => resolve(null)));
  });
}

function whyOf(code: string | undefined): string {
  if (code === 'EADDRINUSE') return 'something else listens there';
  if (code === 'EACCES') return 'an ordinary user may not take it';
  if (code === 'EADDRNOTAVAIL') return 'this computer has no such address';
  return `this computer says ${code ?? 'no'}`;
}
