import { parseArgs } from 'node:util';
import { plainEffort, type Benchmark, type BenchmarkPlan } from '@shared/benchmarks/benchmark.js';
import { compareBenchmarks, distinctNames, pinningGain, timesNative } from '@shared/benchmarks/compare.js';
import { benchmarkCsv } from '@shared/benchmarks/csv.js';
import { operationIds, operations, type OperationId } from '@shared/benchmarks/operation.js';
import { lackText } from '@shared/benchmarks/output.js';
import { publishedTables } from '@shared/benchmarks/published.js';
import { kernelModes, type KernelMode, type Target } from '@shared/benchmarks/target.js';
import { timesText, timeText } from '@shared/benchmarks/time-text.js';
import { newestFirst, type Kernel } from '@shared/kernels/kernel.js';
import { kernelOf } from '../kernel-words.js';
import { withSession, type Session } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wholeNumber, wordsFor } from '../usage.js';
import { followJob } from '../wait-job.js';

const json = { json: { type: 'boolean', default: false } } as const;

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = { list, show, compare, remove };

/** `paddock kernel bench ...` */
export async function kernelBenchCommand(args: string[]): Promise<void> {
  const [verb = '', ...rest] = args;
  await (verbs[verb] ?? run)(verb in verbs ? rest : args);
}

const modes: Readonly<Record<string, KernelMode>> = {
  default: null,
  'seccomp=on': 'on',
  'seccomp=off': 'off',
};

/** Whether to keep on one CPU. */
const pinnings: Readonly<Record<string, readonly boolean[]>> = {
  yes: [true],
  no: [false],
  both: [false, true],
};

async function run(args: string[]): Promise<void> {
  const options = {
    ...json,
    kernel: { type: 'string', multiple: true },
    mode: { type: 'string', multiple: true },
    pinned: { type: 'string', default: 'both' },
    'no-native': { type: 'boolean', default: false },
    operation: { type: 'string', multiple: true },
    starts: { type: 'string' },
    rounds: { type: 'string' },
    ms: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args, options });
  await withSession(async (session) => {
    const pins = pinnings[values.pinned];
    if (!pins) throw new UsageError(`--pinned takes yes, no or both, not ${values.pinned}`);
    const kernels = await kernelsOf(session, values.kernel ?? []);
    const targets: Target[] = [
      ...(values['no-native'] ? [] : [{ kind: 'native' as const, pinned: false }]),
      ...kernels.flatMap((kernel) =>
        wantedModes(kernel, values.mode ?? []).flatMap((mode) =>
          pins.map((pinned) => ({ kind: 'kernel' as const, path: kernel.path, mode, pinned })),
        ),
      ),
    ];
    const plan: BenchmarkPlan = {
      targets,
      operations: operationsOf(values.operation ?? []),
      starts: count(values.starts, '--starts', 20, plainEffort.starts),
      rounds: count(values.rounds, '--rounds', 20, plainEffort.rounds),
      milliseconds: count(values.ms, '--ms', 500, plainEffort.milliseconds),
    };
    const { id, jobId } = await session.client.must('benchmarks.start', plan);
    await followJob(session, jobId, values.quiet || values.json);
    tell(benchmark(session, id), values.json);
  });
}

const count = (word: string | undefined, what: string, most: number, usual: number): number =>
  word === undefined ? usual : wholeNumber(word, what, 1, most);

/** The named ones, or the newest. */
async function kernelsOf(session: Session, words: readonly string[]): Promise<Kernel[]> {
  // A host that just began may not have looked yet.
  await session.client.must('kernels.refresh', {});
  if (words.length === 0) return newestFirst(Object.values(session.state.kernels)).slice(0, 1);
  return Promise.all(words.map((word) => kernelOf(session, word)));
}

/** The named modes, of those that the host will refuse, too: it says why. Else all that the kernel has. */
function wantedModes(kernel: Kernel, words: readonly string[]): KernelMode[] {
  if (words.length === 0) return kernelModes(kernel);
  return words.map((word) => {
    const mode = modes[word];
    if (mode === undefined)
      throw new UsageError(`--mode takes ${Object.keys(modes).join(', ')}, not ${word}`);
    return mode;
  });
}

function operationsOf(words: readonly string[]): OperationId[] {
  const wanted = words.flatMap((word) => word.split(','));
  for (const word of wanted)
    if (!operationIds.some((id) => id === word))
      throw new UsageError(`no operation ${word}; there are ${operationIds.join(', ')}`);
  return wanted.length === 0 ? [...operationIds] : operationIds.filter((id) => wanted.includes(id));
}

function benchmark(session: Session, id: string): Benchmark {
  const found = session.state.benchmarks[id];
  if (!found) throw new UsageError(`no benchmark ${id}; “paddock kernel bench list” shows those there are`);
  return found;
}

function tell(one: Benchmark, asJson: boolean): void {
  if (asJson) return printJson(one);
  const { computer } = one;
  const names = distinctNames(one);
  process.stdout.write(
    `${one.id}, ${one.startedAt}: ${computer.cpus} × ${computer.processor}, Linux ${computer.kernel}, load ${computer.load.toFixed(1)}\n`,
  );
  for (const id of one.plan.operations) {
    process.stdout.write('\n');
    printTable(
      [operations[id].title.toUpperCase(), 'MEDIAN', 'OF STARTS', '× NATIVE', 'GAIN OF ONE CPU'],
      [
        ...one.targets.map((target, n) => {
          const figure = target.figures[id];
          const name = names[n] ?? '';
          if (!figure) return [name, '-', why(target, id), '', ''];
          const [native, gain] = [timesNative(one, target, id), pinningGain(one, target, id)];
          return [
            name + (target.vforks.includes(id) ? ' (by vfork)' : ''),
            timeText(figure.median),
            `${timeText(figure.low)} to ${timeText(figure.high)}`,
            native === null ? '' : timesText(native),
            gain === null ? '' : timesText(gain),
          ];
        }),
        ...publishedTables.slice(0, 1).flatMap(({ columns }) =>
          columns.flatMap(({ name, figures }) => {
            const ns = figures[id];
            return ns === undefined ? [] : [[`published: ${name}`, timeText(ns), '', published(ns, id), '']];
          }),
        ),
      ],
    );
  }
  process.stdout.write(`\nPublished: ${publishedTables[0]?.source ?? ''}.\n`);
}

function published(ns: number, id: OperationId): string {
  const native = publishedTables[0]?.columns.find((column) => column.id === 'native')?.figures[id];
  return native === undefined ? '' : timesText(ns / native);
}

function why({ lacks, problem }: Benchmark['targets'][number], id: OperationId): string {
  const errno = lacks[id];
  return errno === undefined ? (problem ?? 'not measured') : lackText(errno);
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  await withSession(async (session) => {
    const all = Object.values(session.state.benchmarks).toSorted((a, b) =>
      b.startedAt.localeCompare(a.startedAt),
    );
    if (values.json) return printJson(all);
    printTable(
      ['ID', 'WHEN', 'ENDED', 'TARGETS'],
      all.map((one) => [one.id, one.startedAt, one.ended ?? 'goes on', distinctNames(one).join('; ')]),
    );
  });
}

async function show(args: string[]): Promise<void> {
  const options = { ...json, csv: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const id = onlyWord(positionals, 'the benchmark');
  await withSession(async (session) => {
    if (!values.csv) return tell(benchmark(session, id), values.json);
    process.stdout.write(benchmarkCsv(await session.client.must('benchmarks.read', { id })));
  });
}

async function compare(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: json });
  const [before, after] = wordsFor(positionals, ['the earlier benchmark', 'the later benchmark']);
  await withSession(async (session) => {
    const rows = compareBenchmarks(benchmark(session, before), benchmark(session, after));
    if (values.json) return printJson(rows);
    printTable(
      ['TARGET', 'OPERATION', 'BEFORE', 'AFTER', '', ''],
      rows.map((row) => [
        row.name,
        operations[row.operation].title,
        timeText(row.before),
        timeText(row.after),
        timesText(row.ratio),
        row.isWithinSpread ? 'within the spread' : '',
      ]),
    );
  });
}

async function remove(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const id = onlyWord(positionals, 'the benchmark');
  await withSession(async (session) => {
    await session.client.must('benchmarks.delete', { id });
  });
}
