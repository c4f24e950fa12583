import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@shared/errors/paddock-error.js';
import { reapMarked } from '../../platform/processes.js';
import { runProgram } from '../../platform/run-program.js';

/** In the environment of all programs of a build, so that what is left of them is found: fakeroot's daemon, above all. */
const BUILD_MARK = 'PADDOCK_BUILD';
/** On a disk, where a tree of hundreds of megabytes has room; /tmp is often memory. */
export const SCRATCH_FOLDER = '/var/tmp';
const SCRATCH_STEM = `${SCRATCH_FOLDER}/paddock-build-`;
const SCRATCH_NOTE = 'scratch';
const CLEARING_MS = 30_000;

/** What the environment of the programs of a build has besides. */
export function buildEnvironment(workDir: string): Record<string, string> {
  return { [BUILD_MARK]: workDir };
}

/** Ends what programs of a build left running. */
export async function reapBuild(workDir: string): Promise<void> {
  await reapMarked(`${BUILD_MARK}=${workDir}`);
}

/**
 * A folder for mmdebstrap's tree. In its user namespace it is somebody else, who may not go through this user's own
 * folders (mmdebstrap(1), TMPDIR); so it is where everybody may. The work folder remembers it, for when the host dies.
 */
export async function makeScratch(workDir: string): Promise<string> {
  await removeScratch(workDir);
  const scratch = `${SCRATCH_STEM}${randomBytes(8).toString('hex')}`;
  // Noted before it is there, so that it is never forgotten.
  await writeFile(join(workDir, SCRATCH_NOTE), scratch, { mode: 0o600 });
  await mkdir(scratch, { mode: 0o700 });
  await chmod(scratch, 0o711);
  return scratch;
}

/** Removes the folder that a work folder remembers. */
export async function removeScratch(workDir: string): Promise<void> {
  const scratch = await readFile(join(workDir, SCRATCH_NOTE), 'utf8').catch(() => '');
  if (!scratch.startsWith(SCRATCH_STEM) || !/^[\w-]+$/.test(scratch.slice(SCRATCH_STEM.length))) return;
  await removeTree(scratch);
  await rm(join(workDir, SCRATCH_NOTE), { force: true });
}

/** Removes a work folder and what belongs to it elsewhere. */
export async function removeWorkDir(path: string): Promise<void> {
  await reapBuild(path);
  await removeScratch(path);
  await removeTree(path);
}

/**
 * Removes a tree, also what mmdebstrap left in it for users that only it can be (mmdebstrap(1), --unshare-helper). They
 * may remove what is in their folders; the folders themselves lie in one of this user's, and are this user's to remove.
 */
async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
    const own = (await readdir(path)).map((name) => join(path, name));
    await runProgram(['mmdebstrap', '--unshare-helper', 'find', ...own, '-mindepth', '1', '-delete'], {
      timeoutMs: CLEARING_MS,
    }).catch((cause: unknown) => {
      // What it could not remove shows itself below.
      if (!(cause instanceof Failure) || cause.error.code !== 'tool-failed') throw cause;
    });
    await rm(path, { recursive: true, force: true });
  });
}
