#!/usr/bin/env node
// `npm run e2e [-- playwright arguments]`: the end-to-end tests, with the resolved Electron and a display.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { resolveElectron } from './electron-runtime.mjs';
import { electronEnv } from './electron-runtime/launch.mjs';
import { openDisplay } from './xvfb.mjs';

const root = path.resolve(import.meta.dirname, '..');

try {
  const runtime = await resolveElectron({ log: console.log });
  const display = await openDisplay({ width: 1440, height: 1000 });
  // Playwright ends its own workers on Ctrl+C; this script then still has to stop the display.
  const run = spawnSync(
    path.join(root, 'node_modules', '.bin', 'playwright'),
    ['test', ...process.argv.slice(2)],
    {
      cwd: root,
      env: electronEnv(runtime, display.env),
      stdio: 'inherit',
    },
  );
  await display.stop();
  if (run.error) throw run.error;
  process.exitCode = run.status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
