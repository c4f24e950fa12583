import { isJobActive, type Job } from '@shared/jobs/job.js';
import { fail, type Session } from './session.js';

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
  if (job.error) fail(job.error);
  if (job.state === 'cancelled') fail({ code: 'cancelled', params: {}, detail: null });
  return job;
}
