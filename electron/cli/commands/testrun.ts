import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { visibleControls } from '@shared/consoles/visible-controls.js';
import { countText, outcomeWords } from '@shared/testruns/count-words.js';
import type { TestRun } from '@shared/testruns/test-run.js';
import { shellText } from '@shared/vms/command-line.js';
import { withSession, type Session } from '../session.js';
import { oneLine, printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wholeNumber, wordsFor } from '../usage.js';
import { followTestRun, tellOptions, tellTestRun } from './test-run-output.js';

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  start,
  list,
  show,
  log,
  again,
  compare,
  save,
  remove,
};

/** `paddock testrun ...` */
export async function testRunCommand([verb, ...args]: string[]): Promise<void> {
  const run = Object.hasOwn(verbs, verb ?? '') ? verbs[verb ?? ''] : undefined;
  if (!run) throw new UsageError(`there is no testrun command ${verb ?? ''}`);
  await run(args);
}

/** A test command in a guest: `paddock testrun start NAME -- COMMAND ARGUMENT ...` */
async function start(args: string[]): Promise<void> {
  const split = args.indexOf('--');
  const argv = split < 0 ? [] : args.slice(split + 1);
  if (argv.length === 0)
    throw new UsageError(
      '-- and a command are missing, as in: paddock testrun start NAME -- ./run_kselftest.sh',
    );
  const { values, positionals } = parseArgs({
    args: args.slice(0, split),
    allowPositionals: true,
    options: { ...tellOptions, timeout: { type: 'string' } },
  });
  const name = onlyWord(positionals, 'the machine’s name');
  const timeoutS = values.timeout === undefined ? 3600 : wholeNumber(values.timeout, '--timeout', 1, 86_400);
  await withSession(async (session) => {
    const { id: vmId } = session.vm(name);
    const spec = { kind: 'guest' as const, vmId, command: shellText(argv), timeoutS };
    await followTestRun(session, await session.client.must('testRuns.start', { spec }), values);
  });
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async ({ state }) => {
    const runs = Object.values(state.testRuns).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    if (values.json) return printJson(runs);
    printTable(
      ['ID', 'STARTED', 'KERNEL', 'OF', 'ENDED', 'TESTS'],
      runs.map((run) => [
        run.id,
        run.startedAt.slice(0, 16).replace('T', ' '),
        run.kernelVersion ?? '',
        run.title,
        run.ended ?? 'goes on',
        countText(run.counts),
      ]),
    );
  });
}

async function show(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const wanted = onlyWord(positionals, 'the run');
  await withSession((session) => tellTestRun(session, runOf(session, wanted), values.json));
}

/** What was printed, as it was received. */
async function log(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const wanted = onlyWord(positionals, 'the run');
  await withSession(async (session) => {
    const { id } = runOf(session, wanted);
    for (let from = 0; ;) {
      const { lines } = await session.client.must('testRuns.lines', { id, from, count: 2000 });
      for (const line of lines) process.stdout.write(`${visibleControls(line)}\n`);
      from += lines.length;
      if (lines.length === 0) return;
    }
  });
}

async function again(args: string[]): Promise<void> {
  const options = { ...tellOptions, failed: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const wanted = onlyWord(positionals, 'the run');
  await withSession(async (session) => {
    const { id } = runOf(session, wanted);
    const begun = await session.client.must('testRuns.again', { id, failedOnly: values.failed });
    await followTestRun(session, begun, values);
  });
}

/** What got worse makes the exit code 1. */
async function compare(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [one, other] = wordsFor(positionals, ['the earlier run', 'the later run']);
  await withSession(async (session) => {
    const found = await session.client.must('testRuns.compare', {
      before: runOf(session, one).id,
      after: runOf(session, other).id,
    });
    if (found.changes.some(({ kind }) => kind === 'worse')) process.exitCode = 1;
    if (values.json) return printJson(found);
    for (const { kind, path, before, after } of found.changes) {
      const words = [before, after].map((outcome) =>
        outcome === null ? 'not there' : outcomeWords[outcome],
      );
      process.stdout.write(`${kind}: ${oneLine(path)} (${words.join(', then ')})\n`);
    }
    if (found.untold > 0) process.stdout.write(`and ${found.untold} more\n`);
    process.stdout.write(`${found.same} as before\n`);
  });
}

async function save(args: string[]): Promise<void> {
  const options = { ktap: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const [wanted, path] = wordsFor(positionals, ['the run', 'the file']);
  await withSession(async (session) => {
    const { id } = runOf(session, wanted);
    const form = values.ktap ? 'ktap' : 'json';
    await session.client.must('testRuns.save', { id, form, path: resolve(path) });
  });
}

async function remove(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const wanted = onlyWord(positionals, 'the run');
  await withSession(async (session) => {
    await session.client.must('testRuns.remove', { id: runOf(session, wanted).id });
  });
}

/** A run by its id or the beginning of it; `last`: the newest. */
function runOf(session: Session, wanted: string): TestRun {
  const runs = Object.values(session.state.testRuns).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  const found = wanted === 'last' ? runs.slice(0, 1) : runs.filter(({ id }) => id.startsWith(wanted));
  const [run, ...more] = found;
  if (!run || more.length > 0)
    throw new UsageError(more.length > 0 ? `several runs begin with ${wanted}` : `there is no run ${wanted}`);
  return run;
}
