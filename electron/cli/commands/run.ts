import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes, formatDuration } from '@shared/amounts.js';
import { failure } from '@shared/errors/paddock-error.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { shellText } from '@shared/vms/command-line.js';
import { runFacts } from '@shared/vms/run-facts.js';
import type { RunSummary } from '@shared/vms/run.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { withSession, type Session } from '../session.js';
import { oneLine, printFacts, printJson, printTable } from '../table.js';
import { UsageError, wordsFor } from '../usage.js';
import { runNumber, searchLogs } from './logs.js';
import { printEvent } from './vm-events.js';

/** A search prints so many lines; who needs more looks for more. */
const HITS_SHOWN = 200;

/** `paddock run ...` */
export async function runCommand([verb = '', ...args]: string[]): Promise<void> {
  if (!Object.hasOwn(verbs, verb)) throw new UsageError(`there is no run command ${verb}`);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, to: { type: 'string' } },
  });
  const { does, json, to } = verbs[verb as keyof typeof verbs];
  if (values.json && !json) throw new UsageError(`run ${verb} knows no --json`);
  if (values.to !== undefined && !to) throw new UsageError(`run ${verb} knows no --to`);
  await does(positionals, values);
}

interface Values {
  json: boolean;
  to?: string | undefined;
}

const verbs = {
  list: { does: list, json: true, to: false },
  show: { does: show, json: true, to: false },
  search: { does: search, json: true, to: false },
  compare: { does: compare, json: true, to: false },
  export: { does: exportRun, json: false, to: true },
  delete: { does: remove, json: false, to: false },
} as const;

async function list(words: string[], { json }: Values): Promise<void> {
  const [name] = wordsFor(words, ['the machine’s name']);
  await withVm(name, async (session, { id }) => {
    const { runs } = await session.client.must('runs.list', { id });
    if (json) return printJson(runs);
    if (runs.length === 0) return void process.stdout.write(`${name} has no kept runs.\n`);
    printTable(
      ['RUN', 'STARTED', 'RAN FOR', 'LOGIN AFTER', 'KERNEL', 'OUTPUT', 'END'],
      runs.map((run) => [
        String(run.number),
        run.startedAt,
        run.end ? between(run.startedAt, run.end.at) : '-',
        run.loginAt === null ? '-' : between(run.startedAt, run.loginAt),
        run.kernelVersion,
        formatBytes(run.logBytes),
        run.end ? stopReasonText(run.end.reason).short : 'still running',
      ]),
    );
  });
}

async function show(words: string[], { json }: Values): Promise<void> {
  const [name, word] = wordsFor(words, ['the machine’s name'], ['the run’s number']);
  const number = word === undefined ? null : runNumber(word);
  await withVm(name, async (session, vm) => {
    const run = await findRun(session, vm, number);
    const { events } = await session.client.must('runs.events', { id: vm.id, run: run.number });
    if (json) return printJson({ ...run, events });
    const end = run.end && stopReasonText(run.end.reason);
    printFacts([
      { what: 'Run', text: `${run.number} of ${name}` },
      ...runFacts(run),
      ...(end ? [{ what: 'Why', text: end.sentence }] : []),
      ...(end?.fix ? [{ what: 'What to do', text: end.fix }] : []),
      { what: 'Command', text: shellText(run.argv) },
    ]);
    process.stdout.write('\n');
    events.forEach(printEvent);
  });
}

async function search(words: string[], { json }: Values): Promise<void> {
  const [name, text] = wordsFor(words, ['the machine’s name', 'the text']);
  await withVm(name, async (session, vm) => {
    const query = { text, isRegex: false, matchCase: false };
    const found = await searchLogs({ session, vm, console: null, run: null }, query, HITS_SHOWN);
    if (json) printJson(found);
    else {
      for (const { run, console, line, text: around } of found.hits) {
        process.stdout.write(`run ${run} ${console}:${line}: ${oneLine(around)}\n`);
      }
      if (found.more) process.stderr.write(`There is more; these are the newest ${HITS_SHOWN}.\n`);
    }
    // As grep does.
    if (found.hits.length === 0) process.exitCode = 1;
  });
}

async function compare(words: string[], { json }: Values): Promise<void> {
  const [name, wordA, wordB] = wordsFor(words, ['the machine’s name', 'the first run', 'the second run']);
  const [a, b] = [runNumber(wordA), runNumber(wordB)];
  await withVm(name, async (session, { id }) => {
    const comparison = await session.client.must('runs.compare', { id, a, b });
    if (json) return printJson(comparison);
    const mark = { a: '-', b: '+', both: ' ', gap: '@' } as const;
    printTable(
      ['', `RUN ${a}`, `RUN ${b}`],
      comparison.facts.map((fact) => [`${fact.same ? ' ' : '*'} ${fact.what}`, fact.a, fact.b]),
    );
    process.stdout.write(`\n--- con0 of run ${a}\n+++ con0 of run ${b}\n`);
    for (const { side, text } of comparison.lines) process.stdout.write(`${mark[side]}${oneLine(text)}\n`);
    if (comparison.truncated) process.stderr.write('The logs are too long to be compared whole.\n');
  });
}

async function exportRun(words: string[], { to }: Values): Promise<void> {
  const [name, word] = wordsFor(words, ['the machine’s name'], ['the run’s number']);
  const number = word === undefined ? null : runNumber(word);
  await withVm(name, async (session, vm) => {
    const run = (await findRun(session, vm, number)).number;
    const path = resolve(to ?? `${name}-run-${run}.tar.gz`);
    const written = await session.client.must('runs.export', { id: vm.id, run, path });
    process.stdout.write(`${written.path} (${formatBytes(written.bytes)})\n`);
    process.stderr.write(
      'Its console logs hold whatever was on the screen, passwords too: look before you share.\n',
    );
  });
}

async function remove(words: string[]): Promise<void> {
  const [name, word] = wordsFor(words, ['the machine’s name', 'the run’s number']);
  const run = runNumber(word);
  await withVm(name, async (session, { id }) => {
    await session.client.must('runs.delete', { id, run });
    process.stdout.write(`run ${run} of ${name} is deleted\n`);
  });
}

/** A run by its number, the newest one for null. */
async function findRun(
  session: Session,
  { id, name, runNumber: newest }: VmView,
  number: number | null,
): Promise<RunSummary> {
  const { runs } = await session.client.must('runs.list', { id });
  const run = number === null ? runs[0] : runs.find((one) => one.number === number);
  if (!run) throw failure('run-unknown', { name, run: number ?? Math.max(newest, 1) });
  return run;
}

function withVm(name: string, work: (session: Session, vm: VmView) => Promise<void>): Promise<void> {
  return withSession((session) => work(session, session.vm(name)));
}

function between(from: string, to: string): string {
  return formatDuration(Date.parse(to) - Date.parse(from));
}
