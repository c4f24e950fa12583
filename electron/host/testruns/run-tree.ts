import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { kunitArguments, readKunitHelp } from '@shared/testruns/kunit-words.js';
import type { TreeSpec } from '@shared/testruns/test-run.js';
import type { JobReporter } from '../jobs/job-service.js';
import type { BuildTools } from '../kernels/build-tools.js';
import { statOrNull } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';
import type { TestOutput } from './test-output.js';

/** What it does, for the job. */
export const treeSteps = ['Look at the tree', 'Configure and build', 'Run the tests'];

const HELP_LIMIT_MS = 20_000;
/** A kernel with all its tests on a small computer. */
const BUILD_LIMIT_MS = 4 * 60 * 60_000;

/** Its kunit.py. Throws Failure test-run-no-tree. */
export async function checkTree(tree: string): Promise<string> {
  const refuse = (why: string) => failure('test-run-no-tree', { path: tree, why });
  if (!(await statOrNull(tree))?.isDirectory()) throw refuse('it is not a folder');
  const program = join(tree, 'tools/testing/kunit/kunit.py');
  if (!(await statOrNull(program))?.isFile()) throw refuse('it has no tools/testing/kunit/kunit.py');
  return program;
}

/** Builds a kernel by a tree's kunit.py and runs its tests, once for each glob, with the tools that builds have. */
export async function runTree(
  spec: TreeSpec,
  globs: readonly string[],
  { buildDir, tools }: { buildDir: string; tools: BuildTools },
  output: TestOutput,
  report: JobReporter,
): Promise<void> {
  report.nextStep();
  const program = await checkTree(spec.tree);
  const env = await tools.get(await tools.kunitNeeds(), report);
  const run = (
    args: readonly string[],
    timeoutMs: number,
    onLine?: (line: string) => void,
  ): Promise<string> =>
    runProgram(['python3', program, ...args], {
      cwd: spec.tree,
      timeoutMs,
      signal: report.signal,
      // make, its compilers and the kernel go with it.
      withChildren: true,
      env: { ...env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
      ...(onLine === undefined ? {} : { onLine }),
    });
  const can = readKunitHelp(await run(['run', '--help'], HELP_LIMIT_MS));
  if (!can.kconfigAdd && spec.kconfigAdd.length > 0)
    throw failure('test-run-old-tree', { path: spec.tree, option: '--kconfig_add' });
  await mkdir(buildDir, { recursive: true, mode: 0o700 });
  report.nextStep();
  let isRunning = false;
  const hear = (line: string): void => {
    report.log(line);
    output.add(line);
    if (isRunning || !/^\[[\d:]+\] Starting KUnit Kernel/.test(line)) return;
    isRunning = true;
    report.nextStep();
  };
  for (const [n, glob] of globs.entries()) {
    if (globs.length > 1) report.progress(n / globs.length, glob);
    const verb = n === 0 ? 'run' : 'exec';
    const limit = (verb === 'run' ? BUILD_LIMIT_MS : 0) + (spec.timeoutS + 60) * 1000;
    await run(kunitArguments(spec, { verb, buildDir, glob, can }), limit, hear);
  }
}
