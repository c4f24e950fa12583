import type { BrowserWindow, IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import { APP_ORIGIN } from './app-scheme.js';

/**
 * Messages from the one page that may send any to a window's listeners: that window's main frame, showing our own
 * origin. They are heard on the window's own WebContents, so no window can speak for another, and all of it ends with
 * the window.
 */
export class TrustedIpc {
  constructor(private readonly window: BrowserWindow) {}

  /** Listens to a message that has no answer. */
  on(channel: string, listener: (...args: unknown[]) => void): void {
    this.window.webContents.ipc.on(channel, (event, ...args: unknown[]) => {
      if (this.isOurs(event)) listener(...args);
    });
  }

  /** Answers a message. */
  handle(channel: string, answer: (...args: unknown[]) => unknown): void {
    this.window.webContents.ipc.handle(channel, (event, ...args: unknown[]) => {
      if (!this.isOurs(event)) throw new Error(`refused ${channel}`);
      return answer(...args);
    });
  }

  private isOurs({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
    if (!senderFrame || this.window.isDestroyed()) return false;
    return senderFrame === this.window.webContents.mainFrame && senderFrame.url.startsWith(`${APP_ORIGIN}/`);
  }
}
