// A private virtual display for machines without one.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { lastLines } from './setup/progress.mjs';

const START_MS = 10_000;

export function hasDisplay(env = process.env) {
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** The display that is there, or a virtual one: `{ isVirtual, env, stop() }`; `env` goes to the programs that use it. */
export async function openDisplay(options = {}) {
  if (hasDisplay()) return { isVirtual: false, env: {}, stop: async () => {} };
  return startXvfb(options);
}

/** Starts an Xvfb that only this user can draw on and look at. */
export async function startXvfb({ width = 1280, height = 800 } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'paddock-display-'));
  const authority = path.join(folder, 'Xauthority');
  const cookie = randomBytes(16).toString('hex');
  // The server takes every cookie in its file, whatever display it is noted for; the number is not known yet.
  addCookie(authority, ':0', cookie);

  const screen = `${width}x${height}x24`;
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp', '-noreset', '-auth', authority],
    // A process group of its own: Ctrl+C must reach the app before its display goes away.
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true },
  );
  const ended = once(server, 'exit').catch(() => {});
  const kill = () => {
    server.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', kill);

  const number = await displayNumber(server).catch((error) => {
    kill();
    throw error;
  });
  addCookie(authority, `:${number}`, cookie);
  return {
    isVirtual: true,
    env: { DISPLAY: `:${number}`, XAUTHORITY: authority },
    async stop() {
      process.removeListener('exit', kill);
      kill();
      await ended;
    },
  };
}

function addCookie(authority, display, cookie) {
  // Through stdin: arguments can be read by every user.
  const run = spawnSync('xauth', ['-q', '-f', authority, 'source', '-'], {
    input: `add ${display} . ${cookie}\n`,
    encoding: 'utf8',
  });
  if (run.error)
    throw new Error(`xauth could not be started (${run.error.message}); install it: apt-get install xauth`);
  if (run.status !== 0) throw new Error(`xauth failed: ${run.stderr.trim()}`);
}

/** Xvfb picks a free number and writes it to descriptor 3 when it takes clients. */
async function displayNumber(server) {
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const lines = createInterface({ input: server.stdio[3] });
  const signal = AbortSignal.timeout(START_MS);
  const number = once(lines, 'line', { signal }).then(([line]) => line.trim());
  const end = once(server, 'exit', { signal }).then(([code]) => {
    throw new Error(`it ended with code ${code}\n${lastLines(said)}`);
  });
  end.catch(() => {});
  try {
    return await Promise.race([number, end]);
  } catch (error) {
    const why = error.name === 'AbortError' ? `no answer in ${START_MS / 1000} s` : error.message;
    throw new Error(`The virtual display (Xvfb) did not start: ${why}`);
  }
}
