import { constants, readFileSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { failure } from '@shared/errors/paddock-error.js';
import { isSafeDiskPath } from '@shared/images/disk-path.js';
import { MEMORY_MIN_MIB } from '@shared/vms/vm-spec.js';
import { SOCKET_PATH_MAX } from '../platform/datagram-socket.js';

const MIB = 1024 * 1024;
/** UML's own buffer for its socket's path is shorter than the address: 94 characters were seen to fit, 110 not. */
export const MCONSOLE_PATH_MAX = 94;

/**
 * Where a machine keeps its memory: a sparse file that is deleted at once (facts/consoles-and-lifecycle 7). One of
 * its own may be a tmpfs bound to a NUMA node (the HowTo's tuning section).
 */
export function memoryFolder(
  spec: { memoryFolder: string | null } | null,
  env: NodeJS.ProcessEnv = process.env,
): string {
  return spec?.memoryFolder ?? (env['PADDOCK_MEMORY_DIR'] || '/dev/shm');
}

/** Memory that can't work on any kernel or on this computer. Throws Failure. */
export function checkMemory(memoryMiB: number): void {
  if (!Number.isInteger(memoryMiB))
    throw failure('argument-invalid', { what: 'Memory', why: 'it must be a whole number of MB' });
  if (memoryMiB < MEMORY_MIN_MIB) throw failure('memory-too-small', { memoryMiB, minMiB: MEMORY_MIN_MIB });
  const hostMiB = Math.floor(totalmem() / MIB);
  if (memoryMiB > hostMiB) throw failure('memory-above-host', { memoryMiB, hostMiB });
}

/** The memory folder as UML needs it: there, writable, large enough, allowed to execute. Throws Failure. */
export async function checkMemoryFolder(folder: string, memoryMiB: number): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw failure('memory-folder-missing', { folder });
  }
  if (mountOf(folder).options.includes('noexec')) throw failure('memory-folder-noexec', { folder });
  const { bavail, bsize } = await statfs(folder);
  const freeMiB = Math.floor((bavail * bsize) / MIB);
  if (freeMiB < memoryMiB) throw failure('memory-folder-full', { folder, freeMiB, memoryMiB });
}

/** The mount that holds a folder: where it is and its options, from /proc/self/mountinfo (proc(5)). */
export function mountOf(folder: string): { point: string; options: string[] } {
  let best = { point: '', options: [] as string[] };
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [, , , , point = '', options = ''] = line.split(' ');
    const holds = folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`);
    // A later mount on the same point covers the earlier one.
    if (point !== '' && holds && point.length >= best.point.length)
      best = { point, options: options.split(',') };
  }
  return best;
}

/** UML's arguments can't carry every path. Throws Failure `path-unsafe`. */
export function checkPaths(paths: readonly string[]): void {
  for (const path of paths) if (!isSafeDiskPath(path)) throw failure('path-unsafe', { path });
}

/** Sockets whose path is too long would leave the machine without control and without a word. Throws Failure. */
export function checkSocketPaths(mconsole: string, reply: string): void {
  if (Buffer.byteLength(mconsole) > MCONSOLE_PATH_MAX)
    throw failure('path-too-long', { path: mconsole, limit: MCONSOLE_PATH_MAX });
  if (Buffer.byteLength(reply) > SOCKET_PATH_MAX)
    throw failure('path-too-long', { path: reply, limit: SOCKET_PATH_MAX });
}
