import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoElectronRuntime, resolveElectron } from './electron-runtime.mjs';
import { assertSha512, placeOf, STAND_IN } from './electron-runtime/stand-in.mjs';
import { zipOf } from './electron-runtime/test-zip.mjs';

const version = '45.4.1';
const zipName = `electron-v${version}-linux-x64.zip`;
const projectRoot = path.resolve(import.meta.dirname, '..');

let folder;
let root;
let env;
let mirror;
let asked;

/** A checkout whose `electron` names `zip` as the one to expect, and a mirror that serves `served`. */
async function given({ zip, served = zip, status = 200 }) {
  const checksum = createHash('sha256').update(zip).digest('hex');
  fs.writeFileSync(
    path.join(root, 'package.json'),
    JSON.stringify({ devDependencies: { electron: version } }),
  );
  const electron = path.join(root, 'node_modules', 'electron');
  fs.mkdirSync(electron, { recursive: true });
  fs.writeFileSync(path.join(electron, 'package.json'), JSON.stringify({ name: 'electron', version }));
  fs.writeFileSync(path.join(electron, 'checksums.json'), JSON.stringify({ [zipName]: checksum }));
  // The installers of the real package, found as `electron` itself finds them.
  for (const scope of ['@electron', '@electron-internal']) {
    fs.symlinkSync(path.join(projectRoot, 'node_modules', scope), path.join(root, 'node_modules', scope));
  }
  mirror = http.createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status).end(served);
  });
  await new Promise((resolve) => mirror.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('ELECTRON_MIRROR', `http://127.0.0.1:${mirror.address().port}/`);
}

function makeDist(dist, content) {
  fs.mkdirSync(dist, { recursive: true });
  fs.writeFileSync(path.join(dist, 'electron'), '', { mode: 0o755 });
  fs.writeFileSync(path.join(dist, 'version'), content);
}

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'paddock-runtime-'));
  root = path.join(folder, 'checkout');
  fs.mkdirSync(root);
  env = { XDG_CACHE_HOME: path.join(folder, 'cache') };
  // Electron's own download cache of this machine is none of the test's business.
  vi.stubEnv('XDG_CACHE_HOME', env.XDG_CACHE_HOME);
  asked = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  if (mirror) await new Promise((resolve) => mirror.close(resolve));
  mirror = undefined;
  fs.rmSync(folder, { recursive: true, force: true });
});

const goodZip = zipOf({ electron: '#!/bin/sh\n', version });

describe.runIf(process.arch === 'x64')('resolveElectron', () => {
  it('fetches the official runtime, once', async () => {
    await given({ zip: goodZip });
    const first = await resolveElectron({ root, env });
    expect(first).toMatchObject({ kind: 'official', version });
    expect(fs.readFileSync(first.executable, 'utf8')).toBe('#!/bin/sh\n');
    expect(asked[0]).toBe(`/v${version}/${zipName}`);

    const requests = asked.length;
    expect(await resolveElectron({ root, env })).toMatchObject({
      kind: 'official',
      distPath: first.distPath,
    });
    expect(asked).toHaveLength(requests);
  });

  it('refuses an official runtime with another checksum, and leaves nothing behind', async () => {
    await given({ zip: goodZip, served: zipOf({ electron: '#!/bin/evil\n', version }) });
    await expect(resolveElectron({ root, env })).rejects.toThrow(/is not the one its package names/);
    expect(fs.readdirSync(path.join(env.XDG_CACHE_HOME, 'paddock', 'electron'))).toEqual([]);
  });

  it('takes the stand-in when the mirror does not have it, and asks again only a day later', async () => {
    await given({ zip: goodZip, status: 404 });
    makeDist(path.join(env.XDG_CACHE_HOME, 'paddock', 'electron', STAND_IN.folder), STAND_IN.version);
    const found = await resolveElectron({ root, env });
    expect(found).toMatchObject({ kind: 'stand-in', version: STAND_IN.version });
    expect(found.reason).toMatch(/it answers 404/);
    await resolveElectron({ root, env });
    expect(asked).toHaveLength(1);

    vi.useFakeTimers({ now: Date.now() + 25 * 60 * 60 * 1000, toFake: ['Date'] });
    try {
      await resolveElectron({ root, env });
    } finally {
      vi.useRealTimers();
    }
    expect(asked).toHaveLength(2);
  });

  it('never takes the stand-in for a release, nor on another processor', async () => {
    await given({ zip: goodZip, status: 404 });
    const release = resolveElectron({ root, env, allowStandIn: false });
    await expect(release).rejects.toThrow(NoElectronRuntime);
    await expect(resolveElectron({ root, env, arch: 'arm64' })).rejects.toThrow(
      /linux-x64 only.*\n.*ELECTRON_MIRROR/,
    );
  });

  it('prefers what is in node_modules, and the override to everything', async () => {
    await given({ zip: goodZip });
    const installed = path.join(root, 'node_modules', 'electron', 'dist');
    makeDist(installed, `v${version}`);
    expect(await resolveElectron({ root, env })).toMatchObject({ kind: 'official', distPath: installed });
    const own = path.join(folder, 'own');
    makeDist(own, '50.0.0');
    const overridden = { ...env, ELECTRON_OVERRIDE_DIST_PATH: own };
    expect(await resolveElectron({ root, env: overridden })).toMatchObject({
      kind: 'override',
      version: '50.0.0',
    });
    expect(asked).toEqual([]);
  });

  it('says what is wrong with an override that holds no Electron', async () => {
    const broken = { ELECTRON_OVERRIDE_DIST_PATH: folder };
    await expect(resolveElectron({ root, env: broken })).rejects.toThrow(/there is no Electron in it/);
  });
});

describe('the stand-in', () => {
  it('is refused when it is not byte for byte the pinned one', async () => {
    const file = path.join(folder, 'package.tgz');
    fs.writeFileSync(file, 'something else');
    await expect(assertSha512(file, STAND_IN)).rejects.toThrow(/not the pinned one/);
    const sha512 = createHash('sha512').update('something else').digest('base64');
    await expect(assertSha512(file, { ...STAND_IN, sha512 })).resolves.toBeUndefined();
  });

  it('leaves the other product out', () => {
    expect(placeOf('Cypress/Cypress', STAND_IN)).toBe('electron');
    expect(placeOf('Cypress/locales/en-US.pak', STAND_IN)).toBe('locales/en-US.pak');
    expect(placeOf('Cypress/libffmpeg.so', STAND_IN)).toBe('libffmpeg.so');
    for (const name of ['Cypress/', 'Cypress/resources/app/x.js', 'Cypress/locales/de.pak', 'other/file']) {
      expect(placeOf(name, STAND_IN)).toBeUndefined();
    }
  });
});
