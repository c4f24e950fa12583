import { contextBridge, ipcRenderer } from 'electron';
import type { PaddockBridge, ReadFile, SavedFile } from '@shared/api/bridge.js';
import type { Popout } from '@shared/consoles/popout.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';

let lastConnect = 0;
let bytesCame: (bytes: Uint8Array) => void = () => {};
let popoutsChanged: (popouts: readonly Popout[]) => void = () => {};
let closed: (error: PaddockError | null) => void = () => {};

// What an earlier connection still had to say carries its own number and is dropped.
ipcRenderer.on('host:bytes', (_event, number: number, bytes: Uint8Array) => {
  if (number === lastConnect) bytesCame(bytes);
});
ipcRenderer.on('host:closed', (_event, number: number, error: PaddockError | null) => {
  if (number === lastConnect) closed(error);
});
ipcRenderer.on('windows:popouts', (_event, popouts: readonly Popout[]) => popoutsChanged(popouts));

const argument = (name: string): string =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';

const bridge: PaddockBridge = {
  connect(onBytes, onClose) {
    bytesCame = onBytes;
    closed = onClose;
    ipcRenderer.send('host:connect', ++lastConnect);
  },
  send: (bytes) => ipcRenderer.send('host:send', bytes),
  clipboard: {
    readText: () => ipcRenderer.invoke('clipboard:read') as Promise<string>,
    writeText: (text) => ipcRenderer.invoke('clipboard:write', text) as Promise<void>,
  },
  links: {
    open: (address) => ipcRenderer.invoke('links:open', address) as Promise<boolean>,
  },
  files: {
    askWhatToRead: () => ipcRenderer.invoke('files:read') as Promise<ReadFile | null>,
    askForPath: (kind) => ipcRenderer.invoke('files:path', kind) as Promise<string | null>,
    askWhereToSave: (suggestedName) =>
      ipcRenderer.invoke('files:save', suggestedName) as Promise<string | null>,
    save: (suggestedName, bytes) =>
      ipcRenderer.invoke('files:write', suggestedName, bytes) as Promise<SavedFile | null>,
  },
  frame: {
    minimise: () => ipcRenderer.send('frame:minimise'),
    toggleMaximise: () => ipcRenderer.send('frame:maximise'),
    close: () => ipcRenderer.send('frame:close'),
  },
  windows: {
    popOut: (popout) => ipcRenderer.send('windows:pop-out', popout),
    bringBack: (popout) => ipcRenderer.send('windows:bring-back', popout),
    showMain: () => ipcRenderer.send('windows:main'),
    watch(onChange) {
      popoutsChanged = onChange;
      ipcRenderer.send('windows:watch');
    },
  },
  webglStatus: () => ipcRenderer.invoke('webgl:status') as Promise<string>,
  facts: { version: argument('paddock-version'), sandboxOff: argument('paddock-sandbox') === 'off' },
};

contextBridge.exposeInMainWorld('paddock', bridge);
