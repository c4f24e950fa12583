import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@shared/amounts.js';
import { consoleNameSchema, type ConsoleName } from '@shared/consoles/console-name.js';
import type { LogQuery } from '@shared/consoles/log-query.js';
import type { LogCursor, LogHit, LogMark, LogOfRun } from '@shared/consoles/logs.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { withSession, type Session } from '../session.js';
import { oneLine, printJson, printTable } from '../table.js';
import { UsageError, wholeNumber, wordsFor } from '../usage.js';

/** A search prints so many lines; who needs more looks for more. */
const HITS_SHOWN = 1000;

/** `paddock logs NAME [con] ...` */
export async function logsCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      run: { type: 'string' },
      search: { type: 'string' },
      regex: { type: 'string' },
      'match-case': { type: 'boolean', default: false },
      marks: { type: 'boolean', default: false },
      save: { type: 'string' },
      plain: { type: 'boolean', default: false },
      times: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [name, word] = wordsFor(positionals, ['the machine’s name'], ['the console']);
  const deeds = [values.search, values.regex, values.save, values.marks || undefined].filter(
    (deed) => deed !== undefined,
  );
  if (deeds.length > 1) throw new UsageError('--search, --regex, --marks and --save are one thing at a time');
  if ((values.plain || values.times) && values.save === undefined)
    throw new UsageError('--plain and --times are for --save');
  const text = values.search ?? values.regex;
  if (values['match-case'] && text === undefined)
    throw new UsageError('--match-case is for --search and --regex');
  if (text !== undefined && (text === '' || text.length > 200))
    throw new UsageError('what is searched for has 1 to 200 characters');
  const run = values.run === undefined ? null : runNumber(values.run);
  const { json } = values;
  await withSession(async (session) => {
    const vm = session.vm(name);
    const console = word === undefined ? null : toConsole(name, word);
    const of = { session, vm, console, run, json };
    if (text !== undefined)
      return search(of, { text, isRegex: values.regex !== undefined, matchCase: values['match-case'] });
    if (values.marks) return marks(of);
    if (values.save !== undefined)
      return save(of, values.save, { escapes: !values.plain, times: values.times });
    return list(of);
  });
}

interface Logs {
  session: Session;
  vm: VmView;
  console: ConsoleName | null;
  run: number | null;
  json: boolean;
}

/** Everything that a search finds, newest first, up to so much. */
export async function searchLogs(
  { session, vm, console, run }: Omit<Logs, 'json'>,
  query: LogQuery,
  limit: number,
): Promise<{ hits: LogHit[]; more: boolean }> {
  const hits: LogHit[] = [];
  for (let cursor: LogCursor | null = null; ;) {
    // One more than wanted, to know whether there is more.
    const asked = { id: vm.id, console, run, query, cursor, limit: Math.min(1000, limit + 1 - hits.length) };
    const found: { hits: LogHit[]; next: LogCursor | null } = await session.client.must('logs.search', asked);
    hits.push(...found.hits);
    if (hits.length > limit) return { hits: hits.slice(0, limit), more: true };
    if (found.next === null) return { hits, more: false };
    cursor = found.next;
  }
}

async function search(of: Logs, query: LogQuery): Promise<void> {
  const found = await searchLogs(of, query, HITS_SHOWN);
  if (of.json) printJson(found);
  else {
    for (const hit of found.hits) process.stdout.write(`${place(hit)}: ${oneLine(hit.text)}\n`);
    if (found.more) process.stderr.write(`There is more; these are the newest ${HITS_SHOWN}.\n`);
  }
  // As grep does.
  if (found.hits.length === 0) process.exitCode = 1;
}

async function marks({ session, vm, console, run, json }: Logs): Promise<void> {
  let found: { marks: LogMark[]; isComplete: boolean };
  do found = await session.client.must('logs.marks', { id: vm.id, console, run });
  while (!found.isComplete);
  if (json) return printJson(found.marks);
  for (const mark of found.marks)
    process.stdout.write(`${place(mark)}: ${mark.kind}: ${oneLine(mark.text)}\n`);
}

async function save(
  { session, vm, console, run }: Logs,
  path: string,
  form: { escapes: boolean; times: boolean },
): Promise<void> {
  const asked = { id: vm.id, console: console ?? ('con0' as const), run, form, path: resolve(path) };
  const written = await session.client.must('logs.save', asked);
  process.stdout.write(`${written.path} (${formatBytes(written.bytes)})\n`);
}

async function list({ session, vm, console, run, json }: Logs): Promise<void> {
  const outline = await session.client.must('logs.outline', { id: vm.id, console: console ?? 'con0' });
  const runs = outline.runs.filter((one) => run === null || one.run === run);
  if (run !== null && runs.length === 0) throw failure('run-unknown', { name: vm.name, run });
  if (json) return printJson(runs);
  if (runs.length === 0) return void process.stdout.write(`${vm.name} has no logs.\n`);
  printTable(
    ['RUN', 'STARTED', 'LINES', 'OUTPUT', 'NOT KEPT', 'END'],
    runs.map((one) => [
      String(one.run),
      one.startedAt,
      String(one.stretches.reduce((sum, { lines }) => sum + lines, 0)),
      formatBytes(one.bytes),
      missing(one) === 0 ? '-' : formatBytes(missing(one)),
      one.end ? stopReasonText(one.end.reason).short : 'still running',
    ]),
  );
}

function missing({ bytes, stretches }: LogOfRun): number {
  return bytes - stretches.reduce((sum, stretch) => sum + stretch.bytes, 0);
}

function place({ run, console, line }: LogHit | LogMark): string {
  return `run ${run} ${console}:${line}`;
}

function toConsole(name: string, word: string): ConsoleName {
  const known = consoleNameSchema.safeParse(word);
  if (!known.success) throw failure('console-unknown', { name, console: word });
  return known.data;
}

/** A run's number as it is typed. */
export function runNumber(word: string): number {
  return wholeNumber(word, 'the run’s number', 1, 999_999_999);
}
