import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { lastLines, SetupError } from './progress.mjs';

/** Runs `npm ci` unless node_modules already holds what the lock file names. */
export function installNodeModules({ root, progress }) {
  const stamp = path.join(root, 'node_modules', '.paddock-stamp');
  const wanted = fingerprint(root);
  if (readOr(stamp, '') === wanted) return;
  // Somebody's own `npm install` counts too.
  if (fs.existsSync(stamp) ? isSameNode(stamp) && holdsLocked(root) : holdsLocked(root)) {
    fs.writeFileSync(stamp, wanted);
    return;
  }
  progress.step('installing npm packages (npm ci)', () => {
    const run = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
      // The resolver gets the runtime; a postinstall that can't reach it must not fail everything.
      env: { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
    });
    if (run.error)
      throw new SetupError(
        `npm could not be started (${run.error.message}); install it: apt-get install npm`,
      );
    if (run.status !== 0) throw new SetupError(`npm ci failed:\n${lastLines(run.stdout + run.stderr)}`);
  });
  fs.writeFileSync(stamp, wanted);
}

/** What decides the content of node_modules: the lock, the wishes, and the Node that native packages are picked for. */
function fingerprint(root) {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { dependencies, devDependencies, optionalDependencies, overrides } = manifest;
  const hash = createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .update(JSON.stringify([dependencies, devDependencies, optionalDependencies, overrides]))
    .digest('hex');
  return `${hash} node${nodeMajor()}`;
}

function nodeMajor() {
  return process.versions.node.split('.')[0];
}

function isSameNode(stamp) {
  return readOr(stamp, '').endsWith(` node${nodeMajor()}`);
}

/** Compares the lock file with the one npm keeps inside node_modules, written when an install is complete. */
export function holdsLocked(root) {
  try {
    const lock = readLock(path.join(root, 'package-lock.json'));
    const held = readLock(path.join(root, 'node_modules', '.package-lock.json'));
    return Object.entries(lock).every(
      ([place, { version, optional }]) => place === '' || optional || held[place]?.version === version,
    );
  } catch {
    return false;
  }
}

function readLock(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
}

function readOr(file, fallback) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return fallback;
  }
}
