#!/usr/bin/env node
// Finds the Electron to run (design.md 5). As a command it prints the folder:
//   ELECTRON_OVERRIDE_DIST_PATH=$(node scripts/electron-runtime.mjs) npx playwright test
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder, versionIn } from './electron-runtime/cache.mjs';
import { fetchOfficial, OfficialUnavailable } from './electron-runtime/official.mjs';
import { makeStandIn, STAND_IN } from './electron-runtime/stand-in.mjs';

const projectRoot = path.resolve(import.meta.dirname, '..');

/** Why no runtime could be found, in a text that says what to do. */
export class NoElectronRuntime extends Error {}

/**
 * The runtime to use: `{ distPath, executable, version, kind, reason }`. Fetches it when it is not here yet.
 * `allowStandIn: false` is for releases, which ship Electron's own builds only.
 */
export async function resolveElectron({
  root = projectRoot,
  env = process.env,
  arch = process.arch,
  allowStandIn = true,
  log = () => {},
  fetch,
} = {}) {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return overridden(path.resolve(override));

  const version = pinnedVersion(root);
  const folder = cacheFolder(env);
  const installed = path.join(root, 'node_modules', 'electron', 'dist');
  const fetched = path.join(folder, `${version}-official`);
  for (const dist of [installed, fetched]) {
    if (versionIn(dist) === version) return runtime(dist, version, 'official', 'already here');
  }

  let reason;
  try {
    await fetchOfficial({ root, version, dist: fetched, checksums: checksums(root), folder, log, fetch });
    return runtime(fetched, version, 'official', 'fetched');
  } catch (error) {
    if (!(error instanceof OfficialUnavailable)) throw error;
    reason = `the official ${version} is not here and ${error.message}`;
  }

  if (!allowStandIn) throw new NoElectronRuntime(`${capital(reason)}.\n${wayOut}`);
  if (arch !== STAND_IN.arch || process.platform !== 'linux') {
    throw new NoElectronRuntime(
      `${capital(reason)}, and the stand-in exists for linux-${STAND_IN.arch} only (this is ${process.platform}-${arch}).\n${wayOut}`,
    );
  }
  const standIn = path.join(folder, STAND_IN.folder);
  if (versionIn(standIn) !== STAND_IN.version) {
    await makeStandIn({ dist: standIn, log }).catch((error) => {
      throw new NoElectronRuntime(
        `${capital(reason)}, and the stand-in failed too: ${error.message}\n${wayOut}`,
      );
    });
  }
  return runtime(standIn, STAND_IN.version, 'stand-in', reason);
}

const wayOut =
  'Set ELECTRON_MIRROR to a mirror this machine reaches, or ELECTRON_OVERRIDE_DIST_PATH to a folder with an unpacked Electron.';

/** One sentence for people: which runtime is used, and why. */
export function describeRuntime({ version, kind, reason, distPath }) {
  if (kind === 'official') return `Electron ${version}`;
  if (kind === 'override') return `Electron ${version} in ${distPath} (ELECTRON_OVERRIDE_DIST_PATH)`;
  return `Electron ${version}, a stand-in from the npm registry: ${reason}`;
}

function overridden(dist) {
  const version = versionIn(dist);
  if (version === undefined) {
    throw new NoElectronRuntime(
      `ELECTRON_OVERRIDE_DIST_PATH is ${dist}, but there is no Electron in it (it needs the files "electron" and "version").`,
    );
  }
  return runtime(dist, version, 'override', 'ELECTRON_OVERRIDE_DIST_PATH');
}

function runtime(distPath, version, kind, reason) {
  return { distPath, executable: path.join(distPath, 'electron'), version, kind, reason };
}

function pinnedVersion(root) {
  const { devDependencies } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const version = devDependencies?.electron;
  if (!/^\d+\.\d+\.\d+$/.test(version ?? '')) {
    throw new NoElectronRuntime(
      `package.json must pin the devDependency electron to one exact version, not "${version}".`,
    );
  }
  return version;
}

function checksums(root) {
  return JSON.parse(fs.readFileSync(path.join(root, 'node_modules', 'electron', 'checksums.json'), 'utf8'));
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

if (process.argv[1] === import.meta.filename) {
  try {
    const found = await resolveElectron({ log: console.error });
    console.error(describeRuntime(found));
    console.log(found.distPath);
  } catch (error) {
    console.error(error instanceof NoElectronRuntime ? error.message : error);
    process.exitCode = 1;
  }
}
