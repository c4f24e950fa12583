import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { abilities, abilityIds, whyAnswer } from '@shared/kernels/abilities.js';
import { newestFirst } from '@shared/kernels/kernel.js';
import type { KernelHow } from '@shared/kernels/library-kernel.js';
import { pathOfKernel } from '../kernel-words.js';
import { withSession } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';
import { followJob } from '../wait-job.js';
import { build, listOptions, rebuild, sources } from './kernel-build.js';
import { kernelBenchCommand } from './kernel-bench.js';
import { kunitCommand } from './kernel-kunit.js';

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  list,
  probe,
  get,
  add,
  remove,
  build,
  rebuild,
  options: listOptions,
  sources,
  bench: kernelBenchCommand,
  kunit: kunitCommand,
};

/** `paddock kernel ...` */
export async function kernelCommand([verb, ...args]: string[]): Promise<void> {
  const run = verbs[verb ?? ''];
  if (!run) throw new UsageError(`there is no kernel command ${verb ?? ''}`);
  await run(args);
}

const json = { json: { type: 'boolean', default: false } } as const;

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  await withSession(async (session) => {
    const kernels = newestFirst(Object.values(session.state.kernels));
    if (values.json) return printJson(kernels);
    printTable(
      ['VERSION', 'FROM', 'PATH'],
      kernels.map((kernel) => [kernel.version, from(kernel.library?.how), kernel.path]),
    );
  });
}

function from(how: KernelHow | undefined): string {
  if (how === undefined) return 'this computer';
  if (how.kind === 'debian') return `Debian ${how.suite} (${how.packageVersion})`;
  if (how.kind === 'file') return 'a file';
  return `built of ${how.source.kind === 'tree' ? how.source.path : `Debian ${how.source.suite}`} (${how.sourceVersion})`;
}

async function probe(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: json });
  const wanted = onlyWord(positionals, 'the kernel');
  await withSession(async (session) => {
    const path = await pathOfKernel(session, wanted);
    const { kernel } = await session.client.must('kernels.probe', { path });
    if (values.json) return printJson(kernel);
    process.stdout.write(
      `${kernel.version} at ${kernel.path}\n${kernel.glibc === null ? 'needs no glibc' : `needs glibc ${kernel.glibc}`}\n\n`,
    );
    printTable(
      ['', 'ABILITY', 'WHY'],
      abilityIds.map((id) => {
        const answer = kernel.answers[id];
        return [answer, abilities[id].title, whyAnswer(id, answer, kernel.answers)];
      }),
    );
  });
}

async function get(args: string[]): Promise<void> {
  const options = {
    ...json,
    mirror: { type: 'string' },
    'accept-stale': { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const suite = onlyWord(positionals, 'the suite');
  await withSession(async (session) => {
    const { jobId } = await session.client.must('kernels.get', {
      suite,
      mirror: values.mirror ?? null,
      acceptStale: values['accept-stale'],
    });
    const { result } = await followJob(session, jobId, values.quiet);
    const kernel = session.state.kernels[result ?? ''];
    if (values.json) printJson(kernel);
    else process.stdout.write(`${kernel?.version ?? ''} at ${result ?? ''}\n`);
  });
}

async function add(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: json });
  const path = resolve(onlyWord(positionals, 'the kernel'));
  await withSession(async (session) => {
    await session.client.must('kernels.add', { path });
    if (values.json) printJson(session.state.kernels[path]);
  });
}

async function remove(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const wanted = onlyWord(positionals, 'the kernel');
  await withSession(async (session) => {
    await session.client.must('kernels.remove', { path: await pathOfKernel(session, wanted) });
  });
}
