import { parseArgs } from 'node:util';
import { describeError, failure } from '@shared/errors/paddock-error.js';
import type { Job } from '@shared/jobs/job.js';
import { withSession, type Session } from '../session.js';
import { printFacts, printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';
import { followJob, wayOn } from '../wait-job.js';

const json = { json: { type: 'boolean', default: false } } as const;

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  list,
  show,
  retry,
  cancel: (args) => ask('jobs.cancel', args),
  clear: (args) => ask('jobs.clear', args),
};

/** `paddock job ...`: long work of the host, whoever began it. */
export async function jobCommand([verb = '', ...args]: string[]): Promise<void> {
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new UsageError(`there is no job command ${verb}`);
  await run(args);
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  await withSession(async ({ state }) => {
    const jobs = Object.values(state.jobs).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
    if (values.json) return printJson(jobs);
    printTable(
      ['ID', 'STATE', 'STARTED', 'WHAT'],
      jobs.map((job) => [job.id, stateText(job), job.startedAt, job.title]),
    );
    return Promise.resolve();
  });
}

const stateText = ({ state, canRetry }: Job): string => (canRetry ? `${state}, can go on` : state);

async function show(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: json });
  const id = onlyWord(positionals, 'the job’s id');
  await withSession(async (session) => {
    const job = jobOf(session, id);
    if (values.json) return printJson(job);
    printFacts([
      { what: 'Job', text: job.title },
      { what: 'State', text: stateText(job) },
      { what: 'Started', text: job.startedAt },
      ...(job.endedAt === null ? [] : [{ what: 'Ended', text: job.endedAt }]),
      ...(job.result === null ? [] : [{ what: 'Made', text: job.result }]),
      ...(job.error === null ? [] : [{ what: 'Why', text: why(job.error) }]),
      ...(job.canRetry ? [{ what: 'To go on', text: wayOn(job.id) }] : []),
    ]);
    process.stdout.write('\n');
    printTable(
      ['STEP', 'STATE', 'TOOK'],
      job.steps.map(({ title, state, tookMs }) => [
        title,
        state,
        tookMs === null ? '' : `${(tookMs / 1000).toFixed(1)} s`,
      ]),
    );
    return Promise.resolve();
  });
}

function why(error: NonNullable<Job['error']>): string {
  const { sentence, fix } = describeError(error);
  return `${sentence} ${fix}`.trim();
}

async function retry(args: string[]): Promise<void> {
  const options = { ...json, quiet: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const id = onlyWord(positionals, 'the job’s id');
  await withSession(async (session) => {
    const { logLines } = jobOf(session, id);
    await session.client.must('jobs.retry', { id });
    const job = await followJob(session, id, values.quiet, logLines);
    if (values.json) return printJson(job);
    process.stdout.write(`${job.title}: done${job.result === null ? '' : `, ${job.result}`}\n`);
  });
}

async function ask(call: 'jobs.cancel' | 'jobs.clear', args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const id = onlyWord(positionals, 'the job’s id');
  await withSession(async (session) => {
    const { endedAt, title } = jobOf(session, id);
    // The host leaves one that works on its list without a word.
    if (call === 'jobs.clear' && endedAt === null) throw failure('job-goes-on', { id, title });
    await session.client.must(call, { id });
  });
}

function jobOf(session: Session, id: string): Job {
  const job = session.state.jobs[id];
  if (!job) throw failure('job-unknown', { id });
  return job;
}
