import { basename } from 'node:path';
import { app, clipboard, dialog, shell, type BrowserWindow } from 'electron';
import { SAVE_FILE_MAX } from '@shared/api/bridge.js';
import { openableAddress } from '@shared/consoles/link-address.js';
import { readChosenFile } from './read-chosen-file.js';
import { saveChosenFile } from './save-chosen-file.js';
import { TrustedIpc } from './trusted-ipc.js';

/** Answers the few calls of the window that only the main process can carry out. */
export function answerWindowCalls(window: BrowserWindow): void {
  const ipc = new TrustedIpc(window);
  ipc.handle('clipboard:read', () => clipboard.readText());
  ipc.handle('clipboard:write', async (text) => {
    if (typeof text === 'string') await clipboard.writeText(text);
  });
  ipc.handle('files:save', async (name) => {
    if (typeof name !== 'string') return null;
    // Only a name: where the dialog begins is the desktop's choice.
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name) });
    return canceled ? null : filePath;
  });
  ipc.handle('files:write', async (name, bytes) => {
    if (typeof name !== 'string' || !(bytes instanceof Uint8Array) || bytes.length > SAVE_FILE_MAX)
      return null;
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name) });
    return canceled ? null : saveChosenFile(filePath, bytes);
  });
  ipc.handle('files:path', async (kind) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      properties: [kind === 'folder' ? 'openDirectory' : 'openFile', 'showHiddenFiles'],
    });
    return canceled ? null : (filePaths[0] ?? null);
  });
  ipc.handle('files:read', async () => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'] });
    const [path] = filePaths;
    return canceled || path === undefined ? null : readChosenFile(path);
  });
  // Asked for in a dialog of the window; what may be opened is decided here once more.
  ipc.handle('links:open', async (text) => {
    const address = typeof text === 'string' ? openableAddress(text) : null;
    if (!address) return false;
    await shell.openExternal(address.href);
    return true;
  });
  ipc.handle('webgl:status', () => app.getGPUFeatureStatus().webgl);
  ipc.on('frame:minimise', () => window.minimize());
  ipc.on('frame:maximise', () => (window.isMaximized() ? window.unmaximize() : window.maximize()));
  ipc.on('frame:close', () => window.close());
}
