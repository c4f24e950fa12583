#!/usr/bin/env node
// `npm start`: opens the app; without a display it shows, on a virtual one, that a tiny Linux boots.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describeRuntime, NoElectronRuntime, resolveElectron } from './electron-runtime.mjs';
import { electronEnv, relayErrors, sandboxFlags, sandboxNote } from './electron-runtime/launch.mjs';
import { startWithoutDisplay } from './start/without-display.mjs';
import { hasDisplay } from './xvfb.mjs';

const root = path.resolve(import.meta.dirname, '..');

/** Before Electron 38 a pure Wayland session (no Xwayland) had to be asked for. */
function waylandFlags(env = process.env) {
  return env.WAYLAND_DISPLAY && !env.DISPLAY ? ['--ozone-platform=wayland'] : [];
}

/** Runs the app in the foreground; resolves with its exit code. */
function startOnDisplay(runtime, flags) {
  const app = spawn(runtime.executable, [...flags, ...waylandFlags(), '.', ...process.argv.slice(2)], {
    cwd: root,
    env: electronEnv(runtime),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const lastErrors = relayErrors(app.stderr);
  // Ctrl+C reaches the app from the terminal; other ends of this script must be passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => app.kill(signal));
  return new Promise((resolve) => {
    app.once('error', (error) => {
      console.error(`${runtime.executable} could not be started: ${error.message}`);
      resolve(1);
    });
    app.once('close', (code, signal) => {
      if (lastErrors().some((line) => /SUID sandbox helper|No usable sandbox/.test(line)))
        console.error(sandboxHelp);
      if (signal !== null && signal !== 'SIGINT' && signal !== 'SIGTERM')
        console.error(`The app was ended by ${signal}.`);
      resolve(code ?? (signal === 'SIGINT' ? 0 : 1));
    });
  });
}

const sandboxHelp =
  'Chromium found no way to make its sandbox: this system forbids user namespaces to ordinary programs.\n' +
  'Allow them (sysctl kernel.apparmor_restrict_unprivileged_userns=0, or kernel.unprivileged_userns_clone=1), ' +
  'or install the .deb that `npm run package` makes, which brings the permission along.';

try {
  const runtime = await resolveElectron({ log: console.log });
  const flags = sandboxFlags();
  console.log(describeRuntime(runtime));
  if (flags.length > 0) console.log(sandboxNote);
  process.exitCode = hasDisplay()
    ? await startOnDisplay(runtime, flags)
    : await startWithoutDisplay({ root, runtime, flags: [...flags, ...process.argv.slice(2)] });
} catch (error) {
  console.error(error instanceof NoElectronRuntime ? error.message : error);
  process.exitCode = 1;
}
