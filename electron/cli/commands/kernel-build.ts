import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@shared/amounts.js';
import {
  buildOptionIds,
  buildOptions,
  usualBuildOptions,
  type BuildOptionId,
} from '@shared/kernels/build-options.js';
import type { KernelPlan } from '@shared/kernels/build-plan.js';
import { SMALLEST, TREES_OWN, type BuildWish } from '@shared/kernels/build-wish.js';
import { describeError } from '@shared/errors/paddock-error.js';
import { pathOfKernel } from '../kernel-words.js';
import { withSession, type Session } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wholeNumber } from '../usage.js';
import { followJob } from '../wait-job.js';

const json = { json: { type: 'boolean', default: false } } as const;
const following = {
  ...json,
  plan: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

/** `paddock kernel build` */
export async function build(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...following,
      tree: { type: 'string' },
      debian: { type: 'string' },
      mirror: { type: 'string' },
      'accept-stale': { type: 'boolean', default: false },
      defconfig: { type: 'string', default: TREES_OWN },
      option: { type: 'string', multiple: true },
      'no-options': { type: 'boolean', default: false },
      fragment: { type: 'string' },
      name: { type: 'string' },
      jobs: { type: 'string' },
    },
  });
  const source = sourceOf(values);
  const wish: BuildWish = {
    source,
    defconfig: values.defconfig,
    options: values['no-options'] ? [] : optionsOf(values.option),
    fragment: values.fragment === undefined ? '' : readFileSync(values.fragment, 'utf8'),
    jobs: values.jobs === undefined ? availableParallelism() : wholeNumber(values.jobs, '--jobs', 1, 256),
    title: values.name ?? usualTitle(source, values.defconfig),
  };
  await withSession(async (session) => {
    const plan = await session.client.must('kernels.planBuild', wish);
    if (values.plan) return values.json ? printJson(plan) : printPlan(plan);
    tellWarnings(plan);
    const { jobId } = await session.client.must('kernels.build', wish);
    await follow(session, jobId, values);
  });
}

/** `paddock kernel rebuild` */
export async function rebuild(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...following, boot: { type: 'string' } },
  });
  const wanted = onlyWord(positionals, 'the kernel');
  await withSession(async (session) => {
    const path = await pathOfKernel(session, wanted);
    if (values.plan) {
      const plan = await session.client.must('kernels.planAgain', { path });
      return values.json ? printJson(plan) : printPlan(plan);
    }
    const boot = values.boot === undefined ? null : session.vm(values.boot).id;
    const { jobId } = await session.client.must('kernels.buildAgain', { path, boot });
    await follow(session, jobId, values);
  });
}

async function follow(
  session: Session,
  jobId: string,
  how: { quiet: boolean; json: boolean },
): Promise<void> {
  const { result } = await followJob(session, jobId, how.quiet);
  const kernel = session.state.kernels[result ?? ''];
  if (how.json) return printJson(kernel);
  const built = kernel?.library?.how;
  process.stdout.write(`${kernel?.version ?? ''} at ${result ?? ''}\n`);
  if (built?.kind !== 'built') return;
  for (const { option, wanted, why } of built.lost)
    process.stderr.write(`not taken: CONFIG_${option}=${wanted}: ${why}\n`);
}

function sourceOf(values: {
  tree?: string | undefined;
  debian?: string | undefined;
  mirror?: string | undefined;
  'accept-stale': boolean;
}) {
  const { tree, debian, mirror } = values;
  if ((tree === undefined) === (debian === undefined))
    throw new UsageError('say what to build: --tree PATH, or --debian SUITE such as bookworm');
  if (tree !== undefined) return { kind: 'tree' as const, path: resolve(tree) };
  return {
    kind: 'debian' as const,
    suite: debian ?? '',
    mirror: mirror ?? null,
    acceptStale: values['accept-stale'],
  };
}

function optionsOf(words: readonly string[] | undefined): BuildOptionId[] {
  if (words === undefined) return [...usualBuildOptions];
  const unknown = words.find((word) => !(word in buildOptions));
  if (unknown !== undefined)
    throw new UsageError(`there is no option ${unknown}; paddock kernel options lists them`);
  return words as BuildOptionId[];
}

function usualTitle(source: BuildWish['source'], defconfig: string): string {
  const from =
    source.kind === 'debian' ? `Linux of ${source.suite}` : (source.path.split('/').at(-1) ?? 'Linux');
  const kind = defconfig === SMALLEST ? ', small' : defconfig.includes('nommu') ? ', nommu' : '';
  return `${from}${kind}`;
}

function tellWarnings(plan: KernelPlan): void {
  for (const warning of plan.warnings) process.stderr.write(`${warning}\n`);
}

function printPlan(plan: KernelPlan): void {
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const { title, commands } of plan.steps) {
    out(title);
    for (const command of commands) out(`  ${command}`);
  }
  out(`\nIt takes about ${formatBytes(plan.spaceBytes)}; ${formatBytes(plan.freeBytes)} are free.`);
  for (const note of plan.notes) out(note);
  tellWarnings(plan);
  for (const problem of plan.problems) {
    const { sentence, fix } = describeError(problem);
    process.stderr.write(`${sentence} ${fix}\n`);
  }
}

/** `paddock kernel options` */
export async function listOptions(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  if (values.json) printJson(buildOptions);
  else
    printTable(
      ['OPTION', 'USUAL', 'WHAT IT IS'],
      buildOptionIds.map((id) => [id, usualBuildOptions.includes(id) ? 'yes' : '', buildOptions[id].about]),
    );
  return Promise.resolve();
}

/** `paddock kernel sources` */
export async function sources(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { ...json, remove: { type: 'string' } } });
  await withSession(async (session) => {
    if (values.remove !== undefined)
      return void (await session.client.must('kernels.removeSource', { suite: values.remove }));
    const found = await session.client.must('kernels.sources', {});
    if (values.json) return printJson(found.sources);
    printTable(
      ['SUITE', 'VERSION', 'SIZE', 'TREE'],
      found.sources.map((one) => [one.suite, one.packageVersion, formatBytes(one.bytes), one.tree]),
    );
  });
}
