import { constants } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import { statOrNull } from '../platform/files.js';
import { givenFolder, may } from './given-folder.js';

/** Where a kernel looks for its first program (init/main.c). */
const usualInits = ['/sbin/init', '/etc/init', '/bin/init', '/bin/sh'];
/** As many links in a row a kernel follows. */
const LINKS_MAX = 40;

/**
 * A folder that a guest can boot from: there, ours to read, with a first program in it. Paddock's own folders must not be
 * in it: its guest could write them. Throws Failure `root-folder`.
 */
export async function checkFolderRoot(
  path: string,
  init: string | null,
  paddockFolders: readonly string[],
): Promise<void> {
  const bad = (why: string): Failure => failure('root-folder', { path, why });
  const given = await givenFolder(path, paddockFolders);
  if ('why' in given) throw bad(given.why);
  const { real } = given;
  for (const program of init === null ? usualInits : [init])
    if (await isProgram(await resolveInside(real, program))) return;
  throw bad(
    init === null
      ? `it has none of ${usualInits.join(', ')} that can be executed`
      : `it has no program ${init}`,
  );
}

async function isProgram(path: string | null): Promise<boolean> {
  if (path === null || (await statOrNull(path))?.isFile() !== true) return false;
  return may(path, constants.X_OK);
}

/** A path of the guest's as one of this computer's: links are followed as the guest would, never out of its root. */
async function resolveInside(root: string, path: string): Promise<string | null> {
  const done: string[] = [];
  const left = path.split('/');
  for (let links = 0; left.length > 0;) {
    const part = left.shift() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const here = join(root, ...done, part);
    const found = await lstat(here).catch(() => null);
    if (!found) return null;
    if (!found.isSymbolicLink()) {
      done.push(part);
      continue;
    }
    links += 1;
    if (links > LINKS_MAX) return null;
    const target = await readlink(here);
    if (target.startsWith('/')) done.length = 0;
    left.unshift(...target.split('/'));
  }
  return join(root, ...done);
}
