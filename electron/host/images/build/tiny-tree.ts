import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../platform/run-program.js';
import { fillTree, findBusybox } from '../tiny-image.js';
import type { BuildContext } from './build-context.js';

const LIMIT_MS = 60_000;

/** Makes the tree of the tiny image as `root.tar` in the work folder. */
export async function makeTinyTar({ workDir, report }: BuildContext): Promise<void> {
  const tree = join(workDir, 'tree');
  const tar = join(workDir, 'root.tar');
  await rm(tree, { recursive: true, force: true });
  await mkdir(tree);
  await fillTree(tree, await findBusybox());
  await runProgram(
    ['tar', '--owner=0', '--group=0', '--numeric-owner', '-C', tree, '-cf', `${tar}.partial`, '.'],
    {
      timeoutMs: LIMIT_MS,
      signal: report.signal,
      onLine: report.log,
    },
  );
  await rename(`${tar}.partial`, tar);
}
