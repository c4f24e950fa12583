import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import {
  DebianProgress,
  debianFailure,
  debianPackages,
  DEBIAN_MIRROR,
  mmdebstrapArgv,
  type DebianMode,
  type DebianSource,
  localeGenLine,
} from '@shared/images/debian.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { Recipe } from '@shared/images/recipe.js';
import { exists } from '../../platform/files.js';
import { runProgram } from '../../platform/run-program.js';
import type { BuildContext } from './build-context.js';

/** A slow mirror takes minutes; one that has gone silent is given up by apt itself before. */
const LIMIT_MS = 60 * 60_000;
/** It removes its own tree, of tens of thousands of files, when it is told to end. */
const CLEARING_MS = 30_000;
const PROBE_LIMIT_MS = 5000;
const LINES_KEPT = 200;
/** On a disk, where a tree of hundreds of megabytes has room; /tmp is often memory. */
const SCRATCH_STEM = '/var/tmp/paddock-build-';
const SCRATCH_NOTE = 'scratch';

/** How mmdebstrap can become root for its tree here. Throws Failure namespaces-missing when in no way. */
export async function debianMode(): Promise<DebianMode> {
  if (process.getuid?.() === 0) return 'root';
  if (hasSubordinateIds() && (await canUnshare())) return 'unshare';
  if (await findTool('fakeroot')) return 'fakeroot';
  throw failure('namespaces-missing', { what: 'Making a Debian as an ordinary user' });
}

function hasSubordinateIds(): boolean {
  const { username, uid } = userInfo();
  try {
    return ['/etc/subuid', '/etc/subgid'].every((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .some((line) => line.startsWith(`${username}:`) || line.startsWith(`${uid}:`)),
    );
  } catch {
    return false;
  }
}

async function canUnshare(): Promise<boolean> {
  if (!(await findTool('newuidmap'))) return false;
  return runProgram(['unshare', '--user', '--map-auto', '--map-root-user', 'true'], {
    timeoutMs: PROBE_LIMIT_MS,
  }).then(
    () => true,
    () => false,
  );
}

/** True when a program is in one of the usual folders. */
export async function findTool(program: string): Promise<boolean> {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`
    .split(':')
    .filter((one) => one !== '');
  for (const folder of folders) if (await exists(join(folder, program))) return true;
  return false;
}

/** What it does, as a command for the plan. */
export async function debianCommand(recipe: Recipe, source: DebianSource): Promise<string[]> {
  const mode = await debianMode();
  return source.tool === 'debootstrap'
    ? debootstrapArgv(recipe, source, 'ROOT')
    : mmdebstrapArgv(recipe, source, mode, 'root.tar');
}

/** Makes the tree as `root.tar` in the work folder; one that is there already is kept. Throws Failure. */
export async function makeDebianTree(context: BuildContext, source: DebianSource): Promise<void> {
  const { workDir, recipe, report } = context;
  const target = join(workDir, 'root.tar');
  if (await exists(target)) return;
  const partial = `${target}.partial`;
  await rm(partial, { force: true });
  const progress = new DebianProgress();
  const lines: string[] = [];
  const onLine = (line: string): void => {
    report.log(line);
    lines.push(line);
    if (lines.length > LINES_KEPT) lines.shift();
    if (progress.take(line)) report.progress(progress.fraction, progress.detail);
  };
  const scratch = await makeScratch(workDir);
  const options = {
    timeoutMs: LIMIT_MS,
    killAfterMs: CLEARING_MS,
    // It waits for apt, which else would go on to its end, with the tree's mounts in place.
    withChildren: true,
    signal: report.signal,
    onLine,
    cwd: workDir,
    env: { TMPDIR: scratch, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    if (source.tool === 'debootstrap') {
      const root = join(workDir, 'ROOT');
      // Again from the start: it doesn't go on with what is half there.
      await removeTree(root);
      await runProgram(debootstrapArgv(recipe, source, root), options);
      const localeGen = localeGenLine(recipe);
      if (localeGen !== null) {
        await writeFile(join(root, 'etc/locale.gen'), `${localeGen}\n`);
        await runProgram(['chroot', root, 'locale-gen'], options);
      }
      await runProgram(
        ['tar', '--numeric-owner', '--one-file-system', '-C', root, '-cf', partial, '.'],
        options,
      );
      await rm(root, { recursive: true, force: true });
    } else {
      const to = await open(partial, 'wx', 0o600);
      try {
        const argv = mmdebstrapArgv(recipe, source, await debianMode(), '-');
        await runProgram(argv, { ...options, outputFd: to.fd });
      } finally {
        await to.close();
      }
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
    const known = debianFailure(lines, source);
    throw known
      ? new Failure({ ...known.error, ...(error.error.detail ? { detail: error.error.detail } : {}) })
      : error;
  }
  await rename(partial, target);
  await removeScratch(workDir);
}

function debootstrapArgv(recipe: Recipe, source: DebianSource, root: string): [string, ...string[]] {
  const variant =
    source.variant === 'minbase' || source.variant === 'essential' || source.variant === 'apt'
      ? ['--variant=minbase']
      : [];
  const packages = debianPackages(recipe, source).join(',');
  return [
    // What it mounts in the tree is gone when it is, however it ends.
    'unshare',
    '--mount',
    '--',
    'debootstrap',
    ...variant,
    `--include=${packages}`,
    source.suite,
    root,
    source.mirror ?? DEBIAN_MIRROR,
  ];
}

/**
 * A folder for mmdebstrap's tree. In its user namespace it is somebody else, who may not go through this user's own
 * folders (mmdebstrap(1), TMPDIR); so it is where everybody may. The work folder remembers it, for when the host dies.
 */
async function makeScratch(workDir: string): Promise<string> {
  await removeScratch(workDir);
  const scratch = await mkdtemp(SCRATCH_STEM);
  await writeFile(join(workDir, SCRATCH_NOTE), scratch, { mode: 0o600 });
  await chmod(scratch, 0o711);
  return scratch;
}

async function removeScratch(workDir: string): Promise<void> {
  const scratch = await readFile(join(workDir, SCRATCH_NOTE), 'utf8').catch(() => '');
  if (!scratch.startsWith(SCRATCH_STEM) || scratch.includes('..')) return;
  await removeTree(scratch);
  await rm(join(workDir, SCRATCH_NOTE), { force: true });
}

/** Removes a work folder and what belongs to it elsewhere. */
export async function removeWorkDir(path: string): Promise<void> {
  await removeScratch(path);
  await removeTree(path);
}

/** Removes a tree, also what mmdebstrap left in it for users that only it can be (mmdebstrap(1), --unshare-helper). */
async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
    await runProgram(['mmdebstrap', '--unshare-helper', 'rm', '-rf', '--', path], { timeoutMs: CLEARING_MS });
  });
}
