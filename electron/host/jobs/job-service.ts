import { randomBytes } from 'node:crypto';
import { Failure, failure, type PaddockError } from '@shared/errors/paddock-error.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';

/** What the work of a job is given to report with. */
export interface JobReporter {
  signal: AbortSignal;
  /** Ends the present step and begins the next one. */
  nextStep(): void;
  progress(fraction: number | null, detail: string): void;
}

/** What a job is about. */
export type JobStart = Pick<Job, 'kind' | 'title' | 'vmId'> & {
  steps: readonly string[];
  whyUncancellable?: string | null;
};

/** How many ended jobs stay on the list. */
const ENDED_JOBS_KEPT = 20;

/** Runs work with steps, progress and cancel; everybody sees it in the state. */
export class JobService {
  private readonly aborts = new Map<string, AbortController>();

  constructor(private readonly store: StateStore) {}

  /** True while any job works. */
  get anyActive(): boolean {
    return this.aborts.size > 0;
  }

  /** Starts work and returns its job's id at once. The work resolves to what it made. */
  start(start: JobStart, work: (report: JobReporter) => Promise<string>): string {
    const id = randomBytes(6).toString('hex');
    const abort = new AbortController();
    this.aborts.set(id, abort);
    let stepStartedAt = performance.now();
    let step = -1;
    this.publish({
      id,
      kind: start.kind,
      title: start.title,
      vmId: start.vmId,
      state: 'running',
      steps: start.steps.map((title) => ({ title, state: 'todo', tookMs: null })),
      progress: null,
      detail: '',
      startedAt: new Date().toISOString(),
      endedAt: null,
      whyUncancellable: start.whyUncancellable ?? null,
      error: null,
      result: null,
    });
    const endStep = (state: 'done' | 'failed'): void => {
      const tookMs = Math.round(performance.now() - stepStartedAt);
      this.update(id, (job) => ({
        steps: job.steps.map((other, n) => (n === step ? { ...other, state, tookMs } : other)),
      }));
    };
    const report: JobReporter = {
      signal: abort.signal,
      nextStep: () => {
        if (abort.signal.aborted) throw failure('cancelled', {});
        if (step >= 0) endStep('done');
        step += 1;
        stepStartedAt = performance.now();
        this.update(id, (job) => ({
          progress: null,
          detail: '',
          steps: job.steps.map((other, n) => (n === step ? { ...other, state: 'now' } : other)),
        }));
      },
      progress: (progress, detail) => this.update(id, () => ({ progress, detail })),
    };
    void work(report).then(
      (result) => {
        endStep('done');
        this.end(id, { state: 'succeeded', progress: 1, result });
      },
      (error: unknown) => {
        endStep('failed');
        const known = asError(error);
        this.end(id, known.code === 'cancelled' ? { state: 'cancelled' } : { state: 'failed', error: known });
      },
    );
    return id;
  }

  /** Asks a job to end; what it made so far is removed by the job itself. */
  cancel(id: string): void {
    const job = this.store.state.jobs[id];
    if (!job) throw failure('job-unknown', { id });
    const abort = this.aborts.get(id);
    if (!abort) throw failure('job-not-cancellable', { id, why: 'It has ended already.' });
    if (job.whyUncancellable !== null)
      throw failure('job-not-cancellable', { id, why: job.whyUncancellable });
    this.update(id, () => ({ state: 'cancelling' }));
    abort.abort();
  }

  /** Takes an ended job off the list. */
  clear(id: string): void {
    const job = this.store.state.jobs[id];
    if (job && !isJobActive(job.state)) this.store.change({ collection: 'jobs', id, value: null });
  }

  private end(id: string, result: Partial<Job>): void {
    this.aborts.delete(id);
    this.update(id, () => ({ detail: '', endedAt: new Date().toISOString(), ...result }));
    const ended = Object.values(this.store.state.jobs).filter((job) => job.endedAt !== null);
    ended.sort((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? ''));
    for (const job of ended.slice(0, -ENDED_JOBS_KEPT)) this.clear(job.id);
  }

  private update(id: string, change: (job: Job) => Partial<Job>): void {
    const job = this.store.state.jobs[id];
    if (job) this.publish({ ...job, ...change(job) });
  }

  private publish(job: Job): void {
    this.store.change({ collection: 'jobs', id: job.id, value: job });
  }
}

function asError(error: unknown): PaddockError {
  if (error instanceof Failure) return error.error;
  log('error', 'job failed', { error: (error as Error).stack });
  return failure('internal', { message: (error as Error).message }).error;
}
