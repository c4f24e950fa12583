import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiskPart } from './disk-parts.js';

/**
 * Works on a file under a path that e2fsprogs take as it is: they cut one at its first question mark, behind which they
 * expect options.
 */
export async function withPlainPath<T>(path: string, work: (plain: string) => Promise<T>): Promise<T> {
  if (!path.includes('?')) return work(path);
  const folder = await mkdtemp(join(tmpdir(), 'paddock-disk-'));
  try {
    const link = join(folder, 'disk');
    await symlink(path, link);
    return await work(link);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How e2fsprogs are told where on a disk the file system is. */
export function extName(plain: string, { start }: Pick<DiskPart, 'start'>): string {
  return start === 0 ? plain : `${plain}?offset=${start}`;
}
