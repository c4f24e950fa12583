import { readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
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
  const options = {
    timeoutMs: LIMIT_MS,
    killAfterMs: CLEARING_MS,
    signal: report.signal,
    onLine,
    cwd: workDir,
    env: { TMPDIR: workDir, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    if (source.tool === 'debootstrap') {
      const root = join(workDir, 'ROOT');
      await runProgram(debootstrapArgv(recipe, source, root), options);
      await runProgram(
        ['tar', '--numeric-owner', '--one-file-system', '-C', root, '-cf', partial, '.'],
        options,
      );
      await rm(root, { recursive: true, force: true });
    } else await runProgram(mmdebstrapArgv(recipe, source, await debianMode(), partial), options);
  } catch (error) {
    if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
    const known = debianFailure(lines, source);
    throw known
      ? new Failure({ ...known.error, ...(error.error.detail ? { detail: error.error.detail } : {}) })
      : error;
  }
  await rename(partial, target);
}

function debootstrapArgv(recipe: Recipe, source: DebianSource, root: string): [string, ...string[]] {
  const variant =
    source.variant === 'minbase' || source.variant === 'essential' || source.variant === 'apt'
      ? ['--variant=minbase']
      : [];
  const packages = debianPackages(recipe, source).join(',');
  return [
    'debootstrap',
    ...variant,
    `--include=${packages}`,
    source.suite,
    root,
    source.mirror ?? DEBIAN_MIRROR,
  ];
}

/** Removes a work folder, also what mmdebstrap left in it for users that only it can be (mmdebstrap(1), --unshare-helper). */
export async function removeWorkDir(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
    await runProgram(['mmdebstrap', '--unshare-helper', 'rm', '-rf', '--', path], { timeoutMs: CLEARING_MS });
  });
}
