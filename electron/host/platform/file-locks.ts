import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** A POSIX lock that some process holds on a file. */
export interface FileLock {
  pid: number;
  kind: 'read' | 'write';
}

/** All fcntl locks of this computer at one moment. */
export class FileLocks {
  private readonly byFile = new Map<string, FileLock[]>();

  /**
   * Reads /proc/locks: UML locks its disks with fcntl while they are open, and Node has no fcntl. Lines look like
   * `1: POSIX  ADVISORY  WRITE 2234 fe:01:1311 0 EOF` (proc(5)), device and inode in hex and decimal.
   */
  constructor() {
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, type, , access, pid, where = ''] = line.trim().split(/\s+/);
      if (type !== 'POSIX' && type !== 'OFDLCK') continue;
      const lock = { pid: Number(pid), kind: access === 'WRITE' ? ('write' as const) : ('read' as const) };
      this.byFile.set(where, [...(this.byFile.get(where) ?? []), lock]);
    }
  }

  /** The locks on a file, by its stat(2). */
  of({ dev, ino }: { dev: number; ino: number }): readonly FileLock[] {
    // As glibc's gnu_dev_major and gnu_dev_minor.
    const major = ((dev >> 8) & 0xfff).toString(16).padStart(2, '0');
    const minor = ((dev & 0xff) | ((dev >> 12) & 0xfff00)).toString(16).padStart(2, '0');
    return this.byFile.get(`${major}:${minor}:${ino}`) ?? [];
  }
}

/** The fcntl locks on one file. Throws what stat(2) says. */
export async function fileLocks(path: string): Promise<readonly FileLock[]> {
  return new FileLocks().of(await stat(path));
}
