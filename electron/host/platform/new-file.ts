import { link, lstat, open, rm, type FileHandle } from 'node:fs/promises';
import { isAbsolute, normalize } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';

/**
 * Writes a file that nobody may have yet: first as `PATH.partial`, whole and on disk, then linked into place. Nothing
 * is left when it fails. Throws Failure: export-exists, export-failed.
 */
export async function writeNewFile(
  typed: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<{ path: string; bytes: number }> {
  const path = checkedPath(typed);
  const partial = `${path}.partial`;
  for (const taken of [path, partial])
    if (await isTaken(taken)) throw failure('export-exists', { path: taken });
  try {
    // Exclusive: a partial of a writing that goes on, or of somebody else's, is not touched.
    const file = await open(partial, 'wx', 0o600);
    try {
      await write(file);
      await file.sync();
      const { size } = await file.stat();
      // A link, not a rename: it refuses to take the place of a file that appeared meanwhile.
      await link(partial, path);
      return { path, bytes: size };
    } finally {
      await file.close();
      await rm(partial, { force: true });
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw failure('export-exists', { path });
    throw failure('export-failed', { path, why: whys[code ?? ''] ?? message });
  }
}

/** Something is there, be it a link that leads nowhere. */
async function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

const whys: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'its folder is not a folder',
  EACCES: 'you may not write there',
  EROFS: 'that file system is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'its name is too long',
};

function checkedPath(typed: string): string {
  const path = normalize(typed);
  if (!isAbsolute(path)) throw failure('export-failed', { path: typed, why: 'it is not an absolute path' });
  if (path.includes('\0') || path.endsWith('/'))
    throw failure('export-failed', {
      path: typed.replaceAll('\0', ' '),
      why: 'it is not the path of a file',
    });
  return path;
}
