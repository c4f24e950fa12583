import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { TestSpec } from '@shared/testruns/test-run.js';
import { testSpecSchema } from '@shared/testruns/test-run.js';
import { pathOfKernel } from '../kernel-words.js';
import { withSession } from '../session.js';
import { UsageError, wholeNumber } from '../usage.js';
import { followTestRun, tellOptions } from './test-run-output.js';

const options = {
  ...tellOptions,
  kernel: { type: 'string' },
  tree: { type: 'string' },
  filter: { type: 'string', default: '' },
  kunitconfig: { type: 'string' },
  'kconfig-add': { type: 'string', multiple: true },
  'no-mmu': { type: 'boolean', default: false },
  jobs: { type: 'string' },
  memory: { type: 'string' },
  extra: { type: 'string', multiple: true },
  timeout: { type: 'string' },
} as const;

/** `paddock kernel kunit`: a kernel tests itself, or kunit.py of a tree builds one that does. */
export async function kunitCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const timeoutS = values.timeout === undefined ? 300 : wholeNumber(values.timeout, '--timeout', 1, 86_400);
  checkWords(values);
  await withSession(async (session) => {
    const { kernel } = values;
    const spec = specOf(values, kernel === undefined ? null : await pathOfKernel(session, kernel), timeoutS);
    const begun = await session.client.must('testRuns.start', { spec });
    await followTestRun(session, begun, values);
  });
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** Throws UsageError when words were given that don't go together. */
function checkWords(values: Values): void {
  const { kernel, tree } = values;
  if ((kernel === undefined) === (tree === undefined))
    throw new UsageError('give --kernel KERNEL, or --tree PATH, and not both');
  const ofTree = ['kunitconfig', 'kconfig-add', 'jobs'] as const;
  const refused =
    kernel === undefined
      ? values.memory !== undefined || values.extra !== undefined
      : values['no-mmu'] || ofTree.some((one) => values[one] !== undefined);
  if (refused)
    throw new UsageError(
      kernel === undefined
        ? '--memory and --extra are for --kernel'
        : '--kunitconfig, --kconfig-add, --no-mmu and --jobs are for --tree',
    );
}

function specOf(values: Values, kernelPath: string | null, timeoutS: number): TestSpec {
  const { tree, filter } = values;
  return checked(
    kernelPath !== null
      ? {
          kind: 'kernel',
          kernelPath,
          filter,
          memoryMiB: values.memory === undefined ? 256 : wholeNumber(values.memory, '--memory', 32, 65_536),
          extra: values.extra ?? [],
          timeoutS,
        }
      : {
          kind: 'tree',
          tree: resolve(tree ?? ''),
          kunitconfig: values.kunitconfig === undefined ? null : configPath(values.kunitconfig, tree ?? ''),
          kconfigAdd: [...(values['kconfig-add'] ?? []), ...(values['no-mmu'] ? ['CONFIG_MMU=n'] : [])],
          filter,
          jobs: values.jobs === undefined ? null : wholeNumber(values.jobs, '--jobs', 1, 512),
          timeoutS,
        },
  );
}

/** As kunit.py has it: from where one is or, as its documentation writes it, from the tree. */
function configPath(word: string, tree: string): string {
  const here = resolve(word);
  return existsSync(here) ? here : resolve(tree, word);
}

function checked(spec: TestSpec): TestSpec {
  const parsed = testSpecSchema.safeParse(spec);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it can’t be so'}`);
}
