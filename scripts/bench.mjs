#!/usr/bin/env node
// `npm run bench [-- name ...]`: measures, side by side and in one run, and prints a table and a JSON line each.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from 'vite';
import { resolveElectron } from './electron-runtime.mjs';
import { electronEnv } from './electron-runtime/launch.mjs';
import { needsWideXstate } from './setup/native.mjs';
import { openDisplay } from './xvfb.mjs';

const root = path.resolve(import.meta.dirname, '..');

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  resolve: { alias: { '@shared': path.join(root, 'shared') } },
  ssr: { noExternal: ['zod'] },
  build: { ssr: path.join(root, 'bench/main.ts'), outDir: path.join(root, 'out/bench'), target: 'node20' },
});
const preload = needsWideXstate() ? { LD_PRELOAD: path.join(root, 'out', 'native', 'wide-xstate.so') } : {};
const runtime = await resolveElectron({ log: console.log });
const display = await openDisplay({ width: 1280, height: 800 });
const { status } = spawnSync(
  process.execPath,
  [path.join(root, 'out/bench/main.js'), ...process.argv.slice(2)],
  {
    cwd: root,
    // What is started by hand must run on this processor, too (electron/native/wide-xstate.c).
    env: { ...electronEnv(runtime, display.env), ...preload },
    stdio: 'inherit',
  },
);
await display.stop();
process.exitCode = status ?? 1;
