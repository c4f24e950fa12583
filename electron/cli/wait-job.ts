import { visibleControls } from '@shared/consoles/visible-controls.js';
import { Failure, type PaddockError } from '@shared/errors/paddock-error.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import { fail, type Session } from './session.js';

/** The command by which a job goes on where it failed. */
export function wayOn(jobId: string): string {
  return `paddock job retry ${jobId}`;
}

/** A job failed whose work so far is kept. */
export class ResumableFailure extends Failure {
  constructor(
    error: PaddockError,
    readonly jobId: string,
  ) {
    super(error);
  }
}

/** Waits for a job, telling how far it is on a terminal; Ctrl+C cancels it. Throws what it failed with. */
export async function waitForJob(session: Session, jobId: string): Promise<Job> {
  const interrupt = (): void => void session.client.call('jobs.cancel', { id: jobId });
  process.once('SIGINT', interrupt);
  let said = '';
  const job = await session.until((state) => {
    const now = state.jobs[jobId];
    if (now && process.stderr.isTTY && now.detail !== said)
      process.stderr.write(`\r\u001b[K${(said = now.detail)}`);
    return now && !isJobActive(now.state) ? now : null;
  });
  if (said !== '') process.stderr.write('\r\u001b[K');
  process.off('SIGINT', interrupt);
  if (job.error && job.canRetry) throw new ResumableFailure(job.error, jobId);
  if (job.error) fail(job.error);
  if (job.state === 'cancelled') fail({ code: 'cancelled', params: {}, detail: null });
  return job;
}

/** Waits for a job; what its programs print goes to stderr as it comes, from a line on, unless `quiet`. */
export async function followJob(
  session: Session,
  jobId: string,
  quiet: boolean,
  firstLine = 0,
): Promise<Job> {
  const job = waitForJob(session, jobId);
  if (quiet) return job;
  // Told when it is awaited, after its last lines.
  job.catch(() => {});
  let from = firstLine;
  for (let isOver = false; !isOver;) {
    const now = await session.until((state) => {
      const one = state.jobs[jobId];
      return one && (one.endedAt !== null || one.logLines > from) ? one : null;
    });
    isOver = now.endedAt !== null;
    for (;;) {
      const { lines } = await session.client.must('jobs.log', { id: jobId, from });
      if (lines.length === 0) break;
      from += lines.length;
      for (const line of lines) process.stderr.write(`${visibleControls(line)}\n`);
    }
  }
  return job;
}
