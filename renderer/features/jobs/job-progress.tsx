import type { Job } from '@shared/jobs/job.js';
import { isJobActive } from '@shared/jobs/job.js';
import { BadIcon, LoadIcon, OkIcon } from '../../ui/icons.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { formatBetween } from '../../lib/format.js';
import './jobs.css';

/** A job as it goes: the present step in plain words, one bar, what comes next. */
export function JobProgress({ job }: { job: Job }) {
  const now =
    job.steps.find((step) => step.state === 'now') ?? job.steps.find((step) => step.state === 'failed');
  const next = job.steps.filter((step) => step.state === 'todo').map((step) => step.title);
  const isActive = isJobActive(job.state);
  return (
    <div className="jobrow">
      <JobMark job={job} />
      <span className="med ell" role="status">
        {isActive ? (now?.title ?? job.title) : job.title}
      </span>
      <span className="num sec xs">
        {isActive || !job.endedAt ? job.detail : formatBetween(job.startedAt, job.endedAt)}
      </span>
      {isActive && <ProgressBar thick value={job.progress} label={job.title} />}
      {isActive && next.length > 0 && <span className="xs ter next">Next: {next.join(', ')}</span>}
    </div>
  );
}

/** How a job stands, as a shape. */
export function JobMark({ job }: { job: Job }) {
  if (isJobActive(job.state))
    return (
      <span className="mark now">
        <LoadIcon className="spin" />
      </span>
    );
  return job.state === 'succeeded' ? (
    <span className="mark ok" role="img" aria-label="done">
      <OkIcon />
    </span>
  ) : (
    <span className="mark err" role="img" aria-label={job.state}>
      <BadIcon />
    </span>
  );
}
