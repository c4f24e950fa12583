#!/usr/bin/env node
// `npm run dev`: the app with hot reload, on the resolved Electron.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describeRuntime, resolveElectron } from './electron-runtime.mjs';
import { electronEnv, sandboxFlags } from './electron-runtime/launch.mjs';
import { openDisplay } from './xvfb.mjs';

const root = path.resolve(import.meta.dirname, '..');

try {
  const runtime = await resolveElectron({ log: console.log });
  console.log(describeRuntime(runtime));
  const display = await openDisplay();
  const flags = sandboxFlags().length > 0 ? ['--noSandbox'] : [];
  const program = path.join(root, 'node_modules', '.bin', 'electron-vite');
  const child = spawn(program, ['dev', ...flags, ...process.argv.slice(2)], {
    cwd: root,
    // electron-vite looks only into node_modules unless it is told the program.
    env: { ...electronEnv(runtime, display.env), ELECTRON_EXEC_PATH: runtime.executable },
    stdio: 'inherit',
  });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', (error) => console.error(error.message));
  child.once('close', async (code) => {
    await display.stop();
    process.exitCode = code ?? 1;
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
