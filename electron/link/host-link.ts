import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import { paddockPaths, type PaddockPaths } from './paddock-paths.js';

/** How long a host may take from its start to listening. A loaded machine needs about a second. */
const HOST_START_LIMIT_MS = 15_000;

/** Between two tries to reach a host that another program is starting: there is no event to wait for. */
const RETRY_MS = 50;

/**
 * A connection to this user's host; starts one, detached, when none listens.
 * Throws Failure: host-socket-blocked, host-start-failed, or what the host itself said when it refused to start.
 */
export async function connectToHost(paths: PaddockPaths = paddockPaths()): Promise<Socket> {
  return (await tryConnect(paths.hostSocket)) ?? startHost(paths);
}

/** A connection to a host that runs already, or null. */
export async function connectToRunningHost(paths: PaddockPaths = paddockPaths()): Promise<Socket | null> {
  return tryConnect(paths.hostSocket);
}

function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Nothing there, a socket that a dead host left behind, or a file in the way: the host tells these apart.
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK')
        resolve(null);
      else reject(failure('host-start-failed', { why: error.message }));
    });
  });
}

/**
 * Starts a host and connects. The host writes one line to the pipe on fd 3: `ready`, or an error as JSON.
 * Two programs may start one at the same moment: the second host finds the lock taken and says so, which is as good.
 */
async function startHost(paths: PaddockPaths): Promise<Socket> {
  mkdirSync(paths.dataDir, { recursive: true, mode: 0o700 });
  const log = openSync(paths.hostLog, 'a', 0o600);
  const child = spawn(process.execPath, [hostScript()], {
    // The same binary, as plain Node; the entry is found inside an asar, too.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
  });
  closeSync(log);
  const said = await firstLine(child.stdio[3] as NodeJS.ReadableStream, child);
  child.unref();
  if (said !== 'ready') {
    const error = parseError(said);
    if (error?.error.code !== 'host-running')
      throw error ?? failure('host-start-failed', { why: said === '' ? lastLogLine(paths.hostLog) : said });
  }
  // The host that was first may still be reading its machines.
  for (const deadline = Date.now() + HOST_START_LIMIT_MS; ;) {
    const socket = await tryConnect(paths.hostSocket);
    if (socket) return socket;
    if (said === 'ready' || Date.now() > deadline)
      throw parseError(said) ?? failure('host-start-failed', { why: lastLogLine(paths.hostLog) });
    await delay(RETRY_MS);
  }
}

/** The build may put this module into the entry beside host.js or into a chunk below it. */
function hostScript(): string {
  const beside = fileURLToPath(new URL('./host.js', import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL('../host.js', import.meta.url));
}

function firstLine(pipe: NodeJS.ReadableStream, child: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (): void => {
      clearTimeout(limit);
      (pipe as unknown as { destroy(): void }).destroy();
      resolve(text.split('\n')[0] ?? '');
    };
    const limit = setTimeout(finish, HOST_START_LIMIT_MS);
    pipe.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      if (text.includes('\n')) finish();
    });
    pipe.on('end', finish);
    child.on('error', (error) => {
      text = error.message;
      finish();
    });
  });
}

function parseError(line: string): Failure | null {
  try {
    return new Failure(JSON.parse(line) as Failure['error']);
  } catch {
    return null;
  }
}

function lastLogLine(path: string): string {
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    const line = lines.findLast((text) => text.includes('rror')) ?? lines.at(-1) ?? 'it said nothing';
    return /"message":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line;
  } catch {
    return 'it said nothing';
  }
}
