import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { whyNotNommuInit } from '@shared/kernels/nommu.js';
import type { BuildContext } from './build-context.js';
import { elfFacts } from '../../platform/elf-file.js';
import { runProgram } from '../../platform/run-program.js';
import { CLEAN_TAR } from './guest-tree.js';

const READ_LIMIT_MS = 60_000;

/**
 * Looks whether the init of a tree is one that a kernel without an MMU can run: position-independent and of
 * musl or static (facts/nommu, failure signatures). Throws Failure recipe-needs with what it is instead.
 */
export async function checkNommuTree(
  { workDir, recipe, report }: BuildContext,
  initPath: string | null,
): Promise<void> {
  const bad = (why: string): Error =>
    failure('recipe-needs', { what: `A nommu image of ${recipe.name}`, why });
  if (initPath === null) throw bad('the tree has no /sbin/init');
  const path = join(workDir, 'init');
  await runProgram(
    ['sh', '-c', 'tar -xOf "$1" -- "$2" > "$3"', 'sh', join(workDir, CLEAN_TAR), initPath, path],
    {
      timeoutMs: READ_LIMIT_MS,
      signal: report.signal,
    },
  );
  const elf = await elfFacts(path);
  const why = whyNotNommuInit(elf);
  if (why !== null) throw bad(`its /sbin/init ${why}`);
  report.log(`I: /sbin/init is position-independent, ${elf?.interpreter ?? 'static'}`);
}
