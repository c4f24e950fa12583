import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { lastLines, SetupError } from './progress.mjs';

/** Everything the built app is made from. */
const sources = [
  'shared',
  'electron',
  'renderer',
  'assets',
  'electron.vite.config.ts',
  'tsconfig.json',
  'tsconfig.base.json',
  'package.json',
  'package-lock.json',
];

/** Runs electron-vite unless out/ was built from exactly these sources. */
export function build({ root, progress }) {
  const stamp = path.join(root, 'out', '.build-stamp');
  const wanted = contentHash(root, sources);
  if (fs.existsSync(path.join(root, 'out', 'main', 'index.js')) && readOr(stamp) === wanted) return;
  fs.rmSync(stamp, { force: true });
  progress.step('building the app', () => {
    const program = path.join(root, 'node_modules', '.bin', 'electron-vite');
    const run = spawnSync(program, ['build', '--logLevel', 'warn'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (run.error) throw new SetupError(`electron-vite could not be started: ${run.error.message}`);
    if (run.status !== 0)
      throw new SetupError(`the build failed:\n${lastLines(run.stdout + run.stderr, 40)}`);
  });
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  fs.writeFileSync(stamp, wanted);
}

/** By content, not by time: git gives every file of a checkout the time of the checkout. */
export function contentHash(root, names) {
  const hash = createHash('sha256');
  for (const name of names) add(name);
  return hash.digest('hex');

  function add(name) {
    const file = path.join(root, name);
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      for (const child of fs.readdirSync(file).sort()) add(path.join(name, child));
    } else if (!isTest(name)) {
      hash.update(`${name}\0${stat.size}\0`).update(fs.readFileSync(file));
    }
  }
}

/** Tests lie beside what they test and are not built. */
function isTest(name) {
  return /\.test\.tsx?$/.test(name);
}

function readOr(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
