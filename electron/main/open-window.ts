import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme } from 'electron';
import { APP_ORIGIN } from './app-scheme.js';
import { MIN_SIZE, type WindowSize } from './window-size.js';

/** Page ground of the two themes (renderer/ui/tokens.css --bg), shown until the first paint. */
const GROUND = { light: '#ffffff', dark: '#1e2024' } as const;

/** Opens a window: frameless, sandboxed, with nothing but the preload's bridge. `hash` says what it is for. */
export function openWindow(size: WindowSize, hash = ''): BrowserWindow {
  const window = new BrowserWindow({
    width: size.width,
    height: size.height,
    minWidth: hash === '' ? MIN_SIZE.width : MIN_SIZE.width / 2,
    minHeight: hash === '' ? MIN_SIZE.height : MIN_SIZE.height / 2,
    frame: false,
    show: false,
    title: 'Paddock',
    backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      // A console in the background goes on at full speed.
      backgroundThrottling: false,
      additionalArguments: [
        `--paddock-version=${app.getVersion()}`,
        `--paddock-sandbox=${app.commandLine.hasSwitch('no-sandbox') ? 'off' : 'on'}`,
      ],
    },
  });
  window.once('ready-to-show', () => {
    if (size.maximised) window.maximize();
    window.show();
  });
  void window.loadURL(`${APP_ORIGIN}/${hash}`);
  return window;
}
