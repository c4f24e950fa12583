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
  /** Keeps a line that a program printed. */
  log: (line: string) => void;
  /** Number of the step to begin with: more than 0 when the job goes on after a failure. */
  from: number;
}

/** What a job is about. */
export type JobStart = Pick<Job, 'kind' | 'title' | 'vmId'> & {
  steps: readonly string[];
  whyUncancellable?: string | null;
  imageId?: string | null;
  /** True for a step from which the work can go on when it failed there; `abandon` must then be given. */
  canResume?: (step: number) => boolean;
  /** Removes what is kept for going on; called once, when the job is over for good. */
  abandon?: () => Promise<void>;
};
type Work = (report: JobReporter) => Promise<string>;

/** Lines of a job's programs that are kept: the newest ones. */
const LOG_LINES_KEPT = 20_000;
const LOG_LINE_CHARS = 2000;
const LOG_LINES_ANSWERED = 1000;
const LOG_TELL_MS = 100;

/** How many ended jobs stay on the list. */
const ENDED_JOBS_KEPT = 20;

/** Runs work with steps, progress and cancel; everybody sees it in the state. */
export class JobService {
  private readonly aborts = new Map<string, AbortController>();
  /** What each job that is on the list does, and what its programs printed. */
  private readonly entries = new Map<
    string,
    { start: JobStart; work: Work; log: string[]; logLines: number }
  >();
  private readonly logTimers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly store: StateStore) {}

  /** True while any job works. */
  get anyActive(): boolean {
    return this.aborts.size > 0;
  }

  /** True while a job works, and until it has cleared away. */
  isActive(id: string): boolean {
    return this.aborts.has(id);
  }

  /** Starts work and returns its job's id at once. The work resolves to what it made. */
  start(start: JobStart, work: Work): string {
    const id = randomBytes(6).toString('hex');
    this.entries.set(id, { start, work, log: [], logLines: 0 });
    this.publish({
      id,
      kind: start.kind,
      title: start.title,
      vmId: start.vmId,
      imageId: start.imageId ?? null,
      state: 'running',
      steps: start.steps.map((title) => ({ title, state: 'todo', tookMs: null })),
      progress: null,
      detail: '',
      startedAt: new Date().toISOString(),
      endedAt: null,
      whyUncancellable: start.whyUncancellable ?? null,
      error: null,
      result: null,
      canRetry: false,
      logLines: 0,
    });
    this.run(id, 0);
    return id;
  }

  /** Goes on with a failed job from the step that failed. Throws Failure: job-unknown, job-not-retryable. */
  retry(id: string): void {
    const job = this.store.state.jobs[id];
    if (!job) throw failure('job-unknown', { id });
    if (!job.canRetry) throw failure('job-not-retryable', { title: job.title });
    const from = Math.max(
      0,
      job.steps.findIndex((step) => step.state === 'failed'),
    );
    this.update(id, () => ({
      state: 'running',
      endedAt: null,
      error: null,
      canRetry: false,
      steps: job.steps.map((step, n) => (n < from ? step : { ...step, state: 'todo', tookMs: null })),
    }));
    this.run(id, from);
  }

  /** What a job's programs printed from a line on. Throws Failure job-unknown. */
  log(id: string, from: number): { lines: string[]; total: number } {
    const entry = this.entries.get(id);
    if (!entry) throw failure('job-unknown', { id });
    const first = entry.logLines - entry.log.length;
    const at = Math.max(0, from - first);
    return { lines: entry.log.slice(at, at + LOG_LINES_ANSWERED), total: entry.logLines };
  }

  private run(id: string, from: number): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    const abort = new AbortController();
    this.aborts.set(id, abort);
    let stepStartedAt = performance.now();
    let step = from - 1;
    const endStep = (state: 'done' | 'failed'): void => {
      const tookMs = Math.round(performance.now() - stepStartedAt);
      this.update(id, (job) => ({
        steps: job.steps.map((other, n) => (n === step ? { ...other, state, tookMs } : other)),
      }));
    };
    const report: JobReporter = {
      signal: abort.signal,
      from,
      nextStep: () => {
        if (abort.signal.aborted) throw failure('cancelled', {});
        if (step >= from) endStep('done');
        step += 1;
        stepStartedAt = performance.now();
        this.update(id, (job) => ({
          progress: null,
          detail: '',
          steps: job.steps.map((other, n) => (n === step ? { ...other, state: 'now' } : other)),
        }));
      },
      progress: (progress, detail) => this.update(id, () => ({ progress, detail })),
      log: (line) => {
        entry.log.push(line.slice(0, LOG_LINE_CHARS));
        entry.logLines += 1;
        if (entry.log.length > LOG_LINES_KEPT + 1000) entry.log.splice(0, 1000);
        this.tellLog(id);
      },
    };
    void entry.work(report).then(
      async (result) => {
        endStep('done');
        await this.end(id, { state: 'succeeded', progress: 1, result });
      },
      async (error: unknown) => {
        const isCancelled = asError(error).code === 'cancelled';
        endStep('failed');
        const canRetry = !isCancelled && entry.start.canResume?.(step) === true;
        await this.end(
          id,
          isCancelled ? { state: 'cancelled' } : { state: 'failed', error: asError(error), canRetry },
        );
      },
    );
  }

  /** How many lines there are: told at most ten times a second, whoever wants them asks. */
  private tellLog(id: string): void {
    if (this.logTimers.has(id)) return;
    const timer = setTimeout(() => {
      this.logTimers.delete(id);
      this.update(id, () => ({ logLines: this.entries.get(id)?.logLines ?? 0 }));
    }, LOG_TELL_MS);
    this.logTimers.set(id, timer.unref());
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

  /** Takes an ended job off the list; resolves when what was kept for going on with it is gone. */
  async clear(id: string): Promise<void> {
    const job = this.store.state.jobs[id];
    if (!job || isJobActive(job.state)) return;
    this.store.change({ collection: 'jobs', id, value: null });
    const abandoned = job.canRetry ? this.abandon(id) : null;
    this.entries.delete(id);
    await abandoned;
  }

  private async end(id: string, result: Partial<Job>): Promise<void> {
    // One that has ended has left nothing: so it ends when it has cleared away.
    if (result.canRetry !== true) await this.abandon(id);
    this.aborts.delete(id);
    this.update(id, () => ({
      logLines: this.entries.get(id)?.logLines ?? 0,
      detail: '',
      endedAt: new Date().toISOString(),
      ...result,
    }));
    const ended = Object.values(this.store.state.jobs).filter((job) => job.endedAt !== null);
    ended.sort((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? ''));
    for (const job of ended.slice(0, -ENDED_JOBS_KEPT)) void this.clear(job.id);
  }

  /** Nobody goes on with it: what was kept for that can go. */
  private async abandon(id: string): Promise<void> {
    await this.entries
      .get(id)
      ?.start.abandon?.()
      .catch((error: Error) => log('warn', 'job not cleared away', { id, error: error.message }));
  }

  private update(id: string, change: (job: Job) => Partial<Job>): void {
    const job = this.store.state.jobs[id];
    if (!job) return;
    const changes = change(job);
    // Who follows a job and tells of it in one of its own hears of that again: nothing new must end there.
    if (Object.entries(changes).some(([key, value]) => job[key as keyof Job] !== value))
      this.publish({ ...job, ...changes });
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
