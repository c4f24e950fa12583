import type { Job } from '@shared/jobs/job.js';
import { formatDuration } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import { classNames } from '../../ui/class-names.js';
import { BadIcon, LoadIcon, OkIcon, WaitIcon } from '../../ui/icons.js';

const marks = {
  done: { icon: <OkIcon />, tone: 'ok', word: 'done' },
  now: { icon: <LoadIcon className="spin" />, tone: 'now', word: 'now' },
  failed: { icon: <BadIcon />, tone: 'err', word: 'failed' },
  todo: { icon: <WaitIcon />, tone: 'todo', word: 'to come' },
} as const;

/** The steps of a job, what each took, and what the present one says of itself. */
export function JobSteps({ job, notes }: { job: Job; notes: readonly string[] }) {
  const isActive = job.endedAt === null;
  const now = useNow(1000, isActive);
  const before = job.steps.reduce((sum, { tookMs }) => sum + (tookMs ?? 0), 0);
  const inStep = now - Date.parse(job.startedAt) - before;
  return (
    <ol className="joblist" aria-label="Steps">
      {job.steps.map((step, n) => {
        // A step that was under way when it was cancelled is not under way any more.
        const state = step.state === 'now' && !isActive ? 'todo' : step.state;
        const mark = marks[state];
        const says = state === 'now' ? job.detail : (notes[n] ?? '');
        return (
          <li key={n} className={state} aria-current={state === 'now' ? 'step' : undefined}>
            <span className={classNames('mark', mark.tone)} role="img" aria-label={mark.word}>
              {mark.icon}
            </span>
            <span className={state === 'now' ? 'med' : undefined}>{step.title}</span>
            <span className="time">
              {step.tookMs !== null
                ? formatDuration(step.tookMs)
                : state === 'now' && inStep > 1000
                  ? formatDuration(Math.floor(inStep / 1000) * 1000)
                  : ''}
            </span>
            {says !== '' && (
              <span className={classNames('says xs num', state === 'now' ? 'sec' : 'ter')}>{says}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
