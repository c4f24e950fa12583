#!/usr/bin/env node
// Makes a fresh clone ready: `npm start` and `npm test` run this first (prestart, pretest).
// Plain Node only: nothing is installed yet when it runs. Each step is skipped when there is nothing to do.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { installDebianPackages } from './setup/debian-packages.mjs';
import { withSetupLock } from './setup/lock.mjs';
import { buildNative, buildSyscallBench } from './setup/native.mjs';
import { installNodeModules } from './setup/node-modules.mjs';
import { progress, SetupError } from './setup/progress.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { for: { type: 'string', default: 'start' } } });
const purpose = values.for;

async function setUp() {
  installDebianPackages({ purpose, progress });
  installNodeModules({ root, progress });
  // Packaging decides about its runtime itself: a release takes no stand-in.
  if (purpose !== 'package') await fetchElectron();
  build({ root, progress });
  // A package is for every processor.
  buildNative({ root, progress, ...(purpose === 'package' ? { must: true } : {}) });
  buildSyscallBench({ root, progress });
}

/** Imported late: the resolver may use what `npm ci` has just installed. */
async function fetchElectron() {
  const { resolveElectron, describeRuntime } = await import('./electron-runtime.mjs');
  const began = Date.now();
  let fetched = false;
  const log = (line) => {
    fetched = true;
    progress.note(line);
  };
  const runtime = await resolveElectron({ root, log });
  if (fetched) progress.note(`${describeRuntime(runtime)} (${progress.seconds(began)})`);
}

try {
  if (!['start', 'test', 'package'].includes(purpose)) {
    throw new SetupError(`--for takes start, test or package, not "${purpose}".`);
  }
  await withSetupLock(
    root,
    () => progress.note('another setup of this checkout is running; waiting for it'),
    setUp,
  );
} catch (error) {
  const isExpected = error instanceof SetupError || error.constructor.name === 'NoElectronRuntime';
  console.error(isExpected ? `setup: ${error.message}` : error);
  process.exit(1);
}
