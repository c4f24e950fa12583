import { chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { Connection } from './connection.js';
import type { Handlers } from './services.js';

/** Listens for this user's programs on a socket that nobody else can open. */
export class ApiServer {
  private readonly server: Server;
  private clients = 0;

  constructor(
    handlers: Handlers,
    beforeAnswer: () => void,
    private readonly onCount: () => void,
  ) {
    this.server = createServer((socket) => {
      this.clients += 1;
      const connection = new Connection(socket, handlers, beforeAnswer);
      connection.whenClosed(() => {
        this.clients -= 1;
        this.onCount();
      });
    });
  }

  /** How many clients there are. */
  get clientCount(): number {
    return this.clients;
  }

  /** Resolves when clients can connect. The folder around the socket is 0700; the socket itself becomes 0600. */
  async listen(path: string): Promise<void> {
    const mask = process.umask(0o177);
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(path, resolve);
    }).finally(() => process.umask(mask));
    chmodSync(path, 0o600);
  }

  close(): void {
    this.server.close();
  }
}
