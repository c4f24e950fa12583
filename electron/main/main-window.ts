import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme } from 'electron';
import { APP_ORIGIN } from './app-scheme.js';
import { MIN_SIZE, rememberedSize, rememberSize } from './window-size.js';

/** Page ground of the two themes (renderer/ui/tokens.css --bg), shown until the first paint. */
const GROUND = { light: '#ffffff', dark: '#1e2024' } as const;

/** Opens the one window: frameless, sandboxed, with nothing but the preload's bridge. */
export function openWindow(): BrowserWindow {
  const size = rememberedSize();
  const window = new BrowserWindow({
    width: size.width,
    height: size.height,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
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
  rememberSize(window);
  window.once('ready-to-show', () => {
    if (size.maximised) window.maximize();
    window.show();
  });
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}
