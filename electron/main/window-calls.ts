import { clipboard, type BrowserWindow } from 'electron';
import { TrustedIpc } from './trusted-ipc.js';

/** Answers the few calls of the window that only the main process can carry out. */
export function answerWindowCalls(window: BrowserWindow): void {
  const ipc = new TrustedIpc(window);
  ipc.handle('clipboard:read', () => clipboard.readText());
  ipc.handle('clipboard:write', async (text) => {
    if (typeof text === 'string') await clipboard.writeText(text);
  });
  ipc.on('frame:minimise', () => window.minimize());
  ipc.on('frame:maximise', () => (window.isMaximized() ? window.unmaximize() : window.maximize()));
  ipc.on('frame:close', () => window.close());
}
