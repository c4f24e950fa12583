import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { APP_ORIGIN } from './app-scheme.js';

/** Messages from the one page that may send any: the main frame of a window, showing our own origin. */
export class TrustedIpc {
  constructor(private readonly window: BrowserWindow) {}

  /** Listens to a message that has no answer. */
  on(channel: string, listener: (...args: unknown[]) => void): void {
    const trusted = (event: IpcMainEvent, ...args: unknown[]): void => {
      if (this.isOurs(event)) listener(...args);
    };
    ipcMain.on(channel, trusted);
    this.window.once('closed', () => ipcMain.off(channel, trusted));
  }

  /** Answers a message. */
  handle(channel: string, answer: (...args: unknown[]) => unknown): void {
    ipcMain.handle(channel, (event, ...args: unknown[]) => {
      if (!this.isOurs(event)) throw new Error(`refused ${channel}`);
      return answer(...args);
    });
    this.window.once('closed', () => ipcMain.removeHandler(channel));
  }

  private isOurs({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
    if (!senderFrame || this.window.isDestroyed()) return false;
    return senderFrame === this.window.webContents.mainFrame && senderFrame.url.startsWith(`${APP_ORIGIN}/`);
  }
}
