import { app, Menu, session } from 'electron';
import { APP_ORIGIN } from './app-scheme.js';

/** Refuses, for every page there will ever be, what our window never does: navigate, open windows, ask for rights. */
export function refuseEverythingForeign(): void {
  // Without a menu there are no hidden shortcuts: Ctrl+W, Ctrl+R and the others reach the guest.
  Menu.setApplicationMenu(null);
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (event.url !== `${APP_ORIGIN}/`) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
  void app.whenReady().then(() => {
    session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
    session.defaultSession.setPermissionCheckHandler(() => false);
    session.defaultSession.setDevicePermissionHandler(() => false);
  });
}
