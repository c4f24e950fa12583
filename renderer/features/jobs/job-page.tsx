import type { ReactNode } from 'react';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import { jobFraction, jobTimeLeft } from '@shared/jobs/job-progress.js';
import { formatBetween, formatDuration } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import { Pill } from '../../ui/pill.js';
import { BadIcon, LoadIcon, OkIcon } from '../../ui/icons.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { JobFailure } from './job-failure.js';
import { JobLog } from './job-log.js';
import { JobSteps } from './job-steps.js';
import { useJobLog } from './use-job-log.js';
import './job-page.css';

/** What the page takes. */
export interface JobPageProps {
  job: Job;
  /** What it is about: the name of an image. */
  name: string;
  /** What it was guessed to take, in seconds; null when nobody guessed. */
  guessedSeconds: number | null;
  /** What is known of each step: "84 packages". */
  stepNotes: readonly string[];
  /** What cancel will do, and what a failure left. */
  safety: string;
  /** Buttons of the bar at the top. */
  actions: ReactNode;
  /** Shown above everything else: the plan, when it was asked for. */
  children?: ReactNode;
}

/** A job in full: the present step in large, one bar, the steps with their times, and what its programs print. */
export function JobPage({ job, name, guessedSeconds, stepNotes, safety, actions, children }: JobPageProps) {
  const log = useJobLog(job);
  const isActive = isJobActive(job.state);
  return (
    <div className="jobpage">
      <header className="jobbar">
        <h1 className="ell">{name}</h1>
        <StatePill job={job} />
        <span className="row end">{actions}</span>
      </header>
      <JobHead job={job} guessedSeconds={guessedSeconds} safety={safety} />
      {children}
      <div className="jobbody">
        <div className="jobside">
          <JobSteps job={job} notes={stepNotes} />
        </div>
        <JobLog key={job.id} log={log} isGrowing={isActive} />
      </div>
    </div>
  );
}

function JobHead({ job, guessedSeconds, safety }: Pick<JobPageProps, 'job' | 'guessedSeconds' | 'safety'>) {
  const isActive = isJobActive(job.state);
  const now = useNow(1000, isActive);
  const at = job.steps.findIndex(({ state }) => state === 'now');
  const left = isActive
    ? jobTimeLeft(job, now, guessedSeconds === null ? null : guessedSeconds * 1000)
    : null;
  const percent = Math.floor(jobFraction(job) * 100);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- why it failed may be more than there is room for, and keys must scroll it
    <div className="jobhead" tabIndex={job.state === 'failed' ? 0 : undefined}>
      <div className="row jobtitle">
        <span className="big" role="status">
          {headline(job, at)}
        </span>
        {isActive && at >= 0 && (
          <span className="sec num nowrap">
            step {at + 1} of {job.steps.length}
          </span>
        )}
        <span className="end sec num nowrap">
          {isActive
            ? `${percent} %${left === null ? '' : `, about ${formatDuration(Math.ceil(left / 1000) * 1000)} left`}`
            : job.endedAt && `took ${formatBetween(job.startedAt, job.endedAt)}`}
        </span>
      </div>
      {isActive && <ProgressBar thick value={jobFraction(job)} label={job.title} />}
      {job.error && job.state === 'failed' && <JobFailure error={job.error} />}
      <p className="xs ter">{safety}</p>
    </div>
  );
}

function headline(job: Job, at: number): string {
  switch (job.state) {
    case 'cancelling':
      return 'Being cancelled';
    case 'cancelled':
      return 'Cancelled';
    case 'failed': {
      const failed = job.steps.find(({ state }) => state === 'failed');
      return failed ? `Stopped at: ${failed.title}` : 'It could not be done';
    }
    case 'succeeded':
      return 'Ready';
    case 'running':
      return job.steps[at]?.title ?? job.title;
  }
}

function StatePill({ job }: { job: Job }) {
  switch (job.state) {
    case 'running':
    case 'cancelling':
      return (
        <Pill tone="starting" icon={<LoadIcon size="s" className="spin" />}>
          {job.state === 'running' ? 'Working' : 'Cancelling'}
        </Pill>
      );
    case 'succeeded':
      return (
        <Pill tone="running" icon={<OkIcon size="s" />}>
          Done
        </Pill>
      );
    case 'failed':
      return (
        <Pill tone="crashed" icon={<BadIcon size="s" />}>
          Failed
        </Pill>
      );
    case 'cancelled':
      return (
        <Pill tone="stopped" icon={<BadIcon size="s" />}>
          Cancelled
        </Pill>
      );
  }
}
