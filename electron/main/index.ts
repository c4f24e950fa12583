import { join } from 'node:path';
import { app, session } from 'electron';
import { registerAppScheme, serveApp } from './app-scheme.js';
import { configHome } from './config-home.js';
import { refuseEverythingForeign } from './hardening.js';
import { HostBridge } from './host-bridge.js';
import { Windows } from './windows.js';

// What the window keeps for itself lives beside the other settings, so that two homes never share one lock.
app.setPath('userData', join(configHome(), 'paddock'));

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  registerAppScheme();
  refuseEverythingForeign();
  const bridge = new HostBridge();
  // The host comes up while Chromium does.
  bridge.connectAhead();

  const windows = new Windows(bridge);
  app.on('second-instance', () => {
    if (app.isReady()) windows.showMain();
  });
  // The main window may be closed while consoles go on in windows of their own. Machines and their host always go on.
  app.on('window-all-closed', () => app.quit());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());

  void app.whenReady().then(() => {
    serveApp(session.defaultSession.protocol, join(import.meta.dirname, '../renderer'));
    windows.showMain();
  });
}
