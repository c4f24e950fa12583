import { closeSync, lstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import type { PaddockPaths } from '../link/paddock-paths.js';
import { flock, LOCK_EX, LOCK_NB } from './platform/libc.js';

/** A listener that doesn't take a connection in this time is none of ours. */
const CONNECT_LIMIT_MS = 2000;

/**
 * Makes the host's folders, private to this user, and makes sure that there is one host only: an flock that the
 * kernel lets go of when the process dies, however it dies. Throws Failure: host-running, host-folder-unsafe,
 * host-socket-blocked.
 */
export async function claimFolders(paths: PaddockPaths): Promise<void> {
  for (const folder of [paths.dataDir, paths.runtimeDir]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw failure('host-folder-unsafe', {
        path: folder,
        why: `it can’t be made (${(error as NodeJS.ErrnoException).code})`,
      });
    }
  }
  checkPrivate(paths.runtimeDir);
  // Both: a login without XDG_RUNTIME_DIR has another runtime folder and the same machines.
  takeLock(join(paths.runtimeDir, 'host.lock'), paths, (pid) => failure('host-running', { pid }));
  takeLock(join(paths.dataDir, 'host.lock'), paths, (pid, folder) =>
    failure('host-elsewhere', { pid, folder }),
  );
  await clearSocket(paths.hostSocket);
}

function takeLock(
  file: string,
  paths: PaddockPaths,
  taken: (pid: number, runtimeDir: string) => Failure,
): void {
  const fd = openSync(file, 'a+', 0o600);
  if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
    closeSync(fd);
    const [pid = '', ...folder] = readFileSync(file, 'utf8').split(' ');
    throw taken(Number(pid) || 0, folder.join(' '));
  }
  // Never closed: the lock is this process's life.
  writeFileSync(file, `${process.pid} ${paths.runtimeDir}`);
}

/** Somebody else's folder, or an open one, could hold a false socket. */
function checkPrivate(folder: string): void {
  const found = lstatSync(folder);
  if (!found.isDirectory()) throw failure('host-folder-unsafe', { path: folder, why: 'it is not a folder' });
  if (found.uid !== process.getuid?.())
    throw failure('host-folder-unsafe', { path: folder, why: 'it belongs to another user' });
  if ((found.mode & 0o077) !== 0)
    throw failure('host-folder-unsafe', { path: folder, why: 'others may enter it' });
}

/** Takes away the socket of a dead host, and nothing else. */
async function clearSocket(path: string): Promise<void> {
  let found;
  try {
    found = lstatSync(path);
  } catch {
    return;
  }
  if (!found.isSocket() || (await somebodyListens(path))) throw failure('host-socket-blocked', { path });
  rmSync(path);
}

function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const finish = (listens: boolean): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.setTimeout(CONNECT_LIMIT_MS, () => finish(true));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
