import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { statOrNull } from '../platform/files.js';

/** What is wrong with a folder that a guest is to be given, or where it really is. */
export type GivenFolder = { real: string } | { why: string };

/**
 * A folder that a guest can be given: there, ours to read, not this computer's root. Paddock's own folders must be
 * neither in it nor around it: its guest could write them.
 */
export async function givenFolder(path: string, paddockFolders: readonly string[]): Promise<GivenFolder> {
  const folder = await statOrNull(path);
  if (!folder) return { why: 'it is not there' };
  if (!folder.isDirectory()) return { why: 'it is not a folder' };
  if (!(await may(path, constants.R_OK | constants.X_OK))) return { why: 'you may not read it' };
  const real = await realpath(path);
  if (real === '/') return { why: 'it is this computer’s own root' };
  for (const own of paddockFolders) {
    const inside = await realpath(own).catch(() => own);
    if (isWithin(inside, real)) return { why: 'Paddock keeps its own files in it' };
    if (isWithin(real, inside)) return { why: 'it is inside a folder of Paddock’s' };
  }
  return { real };
}

/** True for a folder itself and everything in it; both are real paths. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Whether this user may do that with a file. */
export async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
