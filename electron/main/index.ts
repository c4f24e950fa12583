import { join } from 'node:path';
import { app, session } from 'electron';
import { registerAppScheme, serveApp } from './app-scheme.js';
import { configHome } from './config-home.js';
import { refuseEverythingForeign } from './hardening.js';
import { HostBridge } from './host-bridge.js';
import { answerWindowCalls } from './window-calls.js';
import { openWindow } from './main-window.js';

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

  let window: Electron.BrowserWindow | null = null;
  app.on('second-instance', () => {
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  // Machines and their host go on.
  app.on('window-all-closed', () => app.quit());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());

  void app.whenReady().then(() => {
    serveApp(session.defaultSession.protocol, join(import.meta.dirname, '../renderer'));
    window = openWindow();
    bridge.serve(window);
    answerWindowCalls(window);
    window.on('closed', () => (window = null));
  });
}
