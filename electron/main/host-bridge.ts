import type { Socket } from 'node:net';
import type { BrowserWindow } from 'electron';
import { Failure, failure, type PaddockError } from '@shared/errors/paddock-error.js';
import { connectToHost } from '../link/host-link.js';
import { TrustedIpc } from './trusted-ipc.js';

/** One try of the window to talk to the host: what it sends before the socket is there waits in `early`. */
interface Attempt {
  /** The window's number for this connect; bytes and closings carry it, so that a late one can't hit a later one. */
  number: number;
  socket: Socket | null;
  early: Uint8Array[];
  ended: boolean;
}

/** Carries bytes between the window and the host, both ways, untouched. */
export class HostBridge {
  private ahead: Promise<Socket> | null = null;
  private attempt: Attempt | null = null;

  /** Starts to connect before there is a window to ask for it. */
  connectAhead(): void {
    this.ahead = connectToHost();
    // Said to the window when it asks.
    this.ahead.catch(() => {});
  }

  /** Answers the window's requests from now on. */
  serve(window: BrowserWindow): void {
    const ipc = new TrustedIpc(window);
    const tell = (channel: string, ...args: unknown[]): void => {
      if (!window.isDestroyed()) window.webContents.send(channel, ...args);
    };
    ipc.on('host:connect', (number) => {
      if (typeof number === 'number') void this.connect(number, tell);
    });
    ipc.on('host:send', (bytes) => {
      if (!(bytes instanceof Uint8Array) || !this.attempt || this.attempt.ended) return;
      if (this.attempt.socket) this.attempt.socket.write(bytes);
      else this.attempt.early.push(bytes);
    });
    window.once('closed', () => this.hangUp());
  }

  private async connect(number: number, tell: (channel: string, ...args: unknown[]) => void): Promise<void> {
    this.hangUp();
    const attempt: Attempt = { number, socket: null, early: [], ended: false };
    this.attempt = attempt;
    const end = (error: PaddockError | null): void => {
      if (attempt.ended) return;
      attempt.ended = true;
      tell('host:closed', number, error);
    };
    try {
      const socket = await (this.ahead ?? connectToHost());
      if (attempt.ended) return void socket.destroy();
      attempt.socket = socket;
      socket.setNoDelay(true);
      // A copy: Electron would send the whole pool buffer that the bytes may be a window of.
      socket.on('data', (bytes) => tell('host:bytes', number, new Uint8Array(bytes)));
      socket.on('error', () => {});
      socket.on('close', () => end(null));
      for (const bytes of attempt.early) socket.write(bytes);
      if (socket.destroyed) end(null);
    } catch (error) {
      end(
        error instanceof Failure ? error.error : failure('host-start-failed', { why: String(error) }).error,
      );
    } finally {
      attempt.early = [];
      this.ahead = null;
    }
  }

  private hangUp(): void {
    if (!this.attempt) return;
    this.attempt.ended = true;
    this.attempt.socket?.destroy();
    this.attempt = null;
  }
}
