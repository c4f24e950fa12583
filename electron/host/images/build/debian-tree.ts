import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import {
  DebianProgress,
  debianFailure,
  debootstrapArgvs,
  mmdebstrapArgv,
  type DebianMode,
  type DebianSource,
} from '@shared/images/debian.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { Recipe } from '@shared/images/recipe.js';
import { exists } from '../../platform/files.js';
import { findTool } from '../../platform/find-tool.js';
import { runProgram } from '../../platform/run-program.js';
import type { BuildContext } from './build-context.js';
import { buildEnvironment, makeScratch, reapBuild, removeScratch } from './work-dir.js';

/** A slow mirror takes minutes; one that has gone silent is given up by apt itself before. */
const LIMIT_MS = 60 * 60_000;
/** It removes its own tree, of tens of thousands of files, when it is told to end. */
const CLEARING_MS = 30_000;
const PROBE_LIMIT_MS = 5000;
const LINES_KEPT = 200;

type Argv = [string, ...string[]];

/** How mmdebstrap can become root for its tree here. Throws Failure namespaces-missing when in no way. */
export async function debianMode(): Promise<DebianMode> {
  if (process.getuid?.() === 0) return 'root';
  if (hasSubordinateIds() && (await canUnshare())) return 'unshare';
  // Its fakeroot mode is made of both (mmdebstrap(1), MODES).
  if ((await findTool('fakeroot')) && (await findTool('fakechroot'))) return 'fakeroot';
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

/** What it does, as a command for the plan. */
export async function debianCommand(recipe: Recipe, source: DebianSource): Promise<string[]> {
  return source.tool === 'debootstrap'
    ? apart(debootstrapArgvs(recipe, source, 'ROOT')[0], 'root')
    : mmdebstrapCommand(recipe, source, 'root.tar');
}

async function mmdebstrapCommand(recipe: Recipe, source: DebianSource, target: string): Promise<Argv> {
  const mode = await debianMode();
  return apart(mmdebstrapArgv(recipe, source, mode, target), mode);
}

/** A pid 1 of its own, whose end ends all, and mounts that nobody else sees and that end with it (unshare(1)). */
const APART = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'] as const;

/**
 * A program of root's, kept apart: what it mounts in its tree (/proc, /sys, /dev/pts) would else be left over when it is
 * killed, and clearing away would go through it. An ordinary user's makes such namespaces itself, or mounts nothing.
 */
async function apart(argv: Argv, mode: DebianMode): Promise<Argv> {
  if (mode !== 'root') return argv;
  const [program, ...args] = APART;
  const canBe = await runProgram([program, ...args, 'true'], { timeoutMs: PROBE_LIMIT_MS }).then(
    () => true,
    () => false,
  );
  return canBe ? [program, ...args, ...argv] : argv;
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
    env: { ...buildEnvironment(workDir), TMPDIR: scratch, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    if (source.tool === 'debootstrap') {
      const root = join(workDir, 'ROOT');
      // Again from the start: it doesn't go on with what is half there.
      await rm(root, { recursive: true, force: true });
      for (const argv of debootstrapArgvs(recipe, source, root))
        await runProgram(await apart(argv, 'root'), options);
      await runProgram(
        [
          'tar',
          '--numeric-owner',
          '--one-file-system',
          '--xattrs',
          '--xattrs-include=*',
          '-C',
          root,
          '-cf',
          partial,
          '.',
        ],
        options,
      );
      await rm(root, { recursive: true, force: true });
    } else {
      const to = await open(partial, 'wx', 0o600);
      try {
        const argv = await mmdebstrapCommand(recipe, source, '-');
        await runProgram(argv, { ...options, outputFd: to.fd });
      } finally {
        await to.close();
      }
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
    const known = debianFailure(lines, source);
    const { detail, params } = error.error;
    // It failed, not what keeps it apart.
    const own = known ?? failure('tool-failed', { tool: source.tool, exitCode: String(params['exitCode']) });
    // What clearing away says comes behind it; it is what tells why (build-service).
    const noRoom = lines.findLast((line) => /No space left on device|enough free space/.test(line));
    const lastLines = detail?.lastLines ?? [];
    throw new Failure({
      ...own.error,
      ...(detail
        ? {
            detail: {
              ...detail,
              lastLines:
                noRoom === undefined || lastLines.includes(noRoom) ? lastLines : [noRoom, ...lastLines],
            },
          }
        : {}),
    });
  } finally {
    await reapBuild(workDir);
  }
  await rename(partial, target);
  await removeScratch(workDir);
}
