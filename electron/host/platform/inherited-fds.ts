import { closeSync, readdirSync, readlinkSync } from 'node:fs';
import { closeRange, CLOSE_RANGE_CLOEXEC } from './libc.js';

/** stdin, stdout, stderr, and the one on which the host says that it is ready. */
const FIRST_FOREIGN_FD = 4;

/**
 * Closes what whoever started the host left open in it: Electron hands sockets on, and as long as this process has
 * them, whoever waits for the app's end waits for the host's. A foreign one is a socket, or a pipe whose other end is not
 * here, too (close-on-exec tells nothing: Node sets it on all it finds). To be called before the host opens anything.
 */
export function closeInheritedFds(): void {
  const open = readdirSync('/proc/self/fd').map((name) => ({ fd: Number(name), target: targetOf(name) }));
  for (const { fd, target } of open) {
    if (fd < FIRST_FOREIGN_FD) continue;
    const alone = open.filter((other) => other.target === target).length === 1;
    if (target.startsWith('socket:') || (target.startsWith('pipe:') && alone)) closeSync(fd);
  }
}

/** Keeps every descriptor that is open now from the programs that are started from now on; Electron leaves some. */
export function keepFdsFromChildren(): void {
  closeRange(3, 0xffffffff, CLOSE_RANGE_CLOEXEC);
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // The descriptor that read the folder.
    return '';
  }
}
