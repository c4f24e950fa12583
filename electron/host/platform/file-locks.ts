import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** A POSIX lock that some process holds on a file. */
export interface FileLock {
  pid: number;
  kind: 'read' | 'write';
}

/**
 * The fcntl locks on a file, from /proc/locks: UML locks its disks with them while they are open, and Node has no
 * fcntl. Lines look like `1: POSIX  ADVISORY  WRITE 2234 fe:01:1311 0 EOF` (proc(5)), device and inode in hex and
 * decimal.
 */
export async function fileLocks(path: string): Promise<FileLock[]> {
  const { dev, ino } = await stat(path);
  // As glibc's gnu_dev_major and gnu_dev_minor.
  const major = ((dev >> 8) & 0xfff).toString(16).padStart(2, '0');
  const minor = ((dev & 0xff) | ((dev >> 12) & 0xfff00)).toString(16).padStart(2, '0');
  const file = `${major}:${minor}:${ino}`;
  const locks: FileLock[] = [];
  for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
    const [, type, , access, pid, where] = line.trim().split(/\s+/);
    if ((type !== 'POSIX' && type !== 'OFDLCK') || where !== file) continue;
    locks.push({ pid: Number(pid), kind: access === 'WRITE' ? 'write' : 'read' });
  }
  return locks;
}
