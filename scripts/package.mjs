#!/usr/bin/env node
// `npm run package [-- --dir] [-- --development-build]`: release/linux-unpacked, a tar.gz and a deb.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeRuntime, NoElectronRuntime, resolveElectron } from './electron-runtime.mjs';
import { renderIcons } from './package/icons.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { name, version, devDependencies } = JSON.parse(
  fs.readFileSync(path.join(root, 'package.json'), 'utf8'),
);
const unpacked = path.join(root, 'release', 'linux-unpacked');

const { values: options } = parseArgs({
  options: {
    /** Only the unpacked folder: enough for the tests, and quick. */
    dir: { type: 'boolean', default: false },
    /** Takes the stand-in runtime too, and marks the package so that nobody mistakes it for a release. */
    'development-build': { type: 'boolean', default: false },
  },
});
const isDevelopmentBuild = options['development-build'];

/** A package that may not or could not be made, with the reason for people. */
class PackagingError extends Error {}

function run(program, args, env = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) throw new PackagingError(`${program} could not be started: ${error.message}`);
  if (status !== 0) throw new PackagingError(`${path.basename(program)} ended with code ${status}.`);
}

function step(text, work) {
  const began = Date.now();
  console.log(`package: ${text}`);
  const result = work();
  console.log(`package: done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

/** Electron's own build of the pinned version, or, for development, whatever runs. */
async function runtimeToShip() {
  const runtime = await resolveElectron({ allowStandIn: isDevelopmentBuild, log: console.log });
  // An override can point anywhere, also at a stand-in.
  const isRelease = runtime.version === devDependencies.electron && runtime.kind !== 'stand-in';
  if (isRelease || isDevelopmentBuild) return runtime;
  throw new PackagingError(
    `A release ships the official Electron ${devDependencies.electron}, not ${runtime.version} (${runtime.distPath}).`,
  );
}

function electronBuilder(runtime, target, extra = []) {
  run(
    path.join(root, 'node_modules', '.bin', 'electron-builder'),
    [
      '--linux',
      target,
      '--publish=never',
      '--config=electron-builder.yml',
      `-c.electronDist=${runtime.distPath}`,
      `-c.electronVersion=${runtime.version}`,
      ...(isDevelopmentBuild ? ['-c.extraMetadata.developmentBuild=true'] : []),
      ...extra,
    ],
    { CUSTOM_FPM_PATH: path.join(root, 'scripts', 'package', 'fpm.mjs') },
  );
}

function makeTarball() {
  const file = path.join(root, 'release', `${name}-${version}-linux-${process.arch}.tar.gz`);
  const rename = `s,^linux-unpacked,${name}-${version},`;
  const reproducible = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name'];
  const source = ['-C', path.dirname(unpacked), path.basename(unpacked)];
  run('tar', ['-czf', file, ...reproducible, `--transform=${rename}`, ...source]);
  return file;
}

/** What the package puts into /usr/bin; fpm.mjs copies links as links. */
function makeCommandLink() {
  const link = path.join(root, 'out', 'package', 'paddock');
  fs.rmSync(link, { force: true });
  fs.symlinkSync('/opt/Paddock/resources/bin/paddock', link);
}

try {
  run(process.execPath, [path.join(root, 'scripts', 'setup.mjs'), '--for', 'package']);
  const runtime = await runtimeToShip();
  console.log(
    `package: ${describeRuntime(runtime)}${isDevelopmentBuild ? '; a development build, not for release' : ''}`,
  );
  await renderIcons({
    runtime,
    svg: path.join(root, 'assets', 'icon.svg'),
    target: path.join(root, 'out', 'package', 'icons'),
  });
  makeCommandLink();
  fs.rmSync(unpacked, { recursive: true, force: true });
  step('the unpacked folder', () => electronBuilder(runtime, 'dir'));
  // Electron's welcome screen, left over from the runtime: of no use beside an app.
  fs.rmSync(path.join(unpacked, 'resources', 'default_app.asar'), { force: true });
  if (!options.dir) {
    // Before the deb: that target adds files of its own to the folder.
    step('the tar.gz', makeTarball);
    step('the deb', () => electronBuilder(runtime, 'deb', ['--prepackaged', unpacked]));
  }
  console.log(`package: ready in ${path.dirname(unpacked)}`);
} catch (error) {
  if (error instanceof NoElectronRuntime && !isDevelopmentBuild) {
    console.error(
      `package: a release ships the official Electron. ${error.message}\n` +
        'For a build to try things with, on the stand-in runtime: npm run package -- --development-build',
    );
  } else {
    console.error(
      error instanceof PackagingError || error instanceof NoElectronRuntime
        ? `package: ${error.message}`
        : error,
    );
  }
  process.exitCode = 1;
}
