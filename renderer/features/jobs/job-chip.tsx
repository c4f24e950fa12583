import { Popover } from '@base-ui/react/popover';
import { describeError } from '@shared/errors/paddock-error.js';
import { imageJobKinds, isJobActive, kernelJobKinds, type Job, whyNotCancel } from '@shared/jobs/job.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { Ring } from '../../ui/ring.js';
import { JobMark, JobProgress } from './job-progress.js';
import './jobs.css';

/** What the chip takes. */
interface JobChipProps {
  jobs: readonly Job[];
  /** Shows the page of a job that has one. */
  onShow: (job: Job) => void;
}

/** In the title bar while there are jobs: a ring that fills and one line; opens the list of them. */
export function JobChip({ jobs, onShow }: JobChipProps) {
  const shown = [...jobs].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  const active = shown.find((job) => isJobActive(job.state));
  const first = active ?? shown[0];
  if (!first) return null;
  const text = active ? first.title : `${first.title}: ${first.state === 'succeeded' ? 'done' : first.state}`;
  return (
    <Popover.Root>
      <Popover.Trigger className="jobchip" aria-label={`Jobs: ${text}`}>
        {active ? <Ring value={active.progress} /> : <JobMark job={first} />}
        <span className="hide-s ell">{text}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner
          className="floating"
          side="bottom"
          align="end"
          sideOffset={4}
          collisionPadding={8}
        >
          <Popover.Popup className="jobpop" aria-label="Jobs">
            <ul>
              {shown.map((job) => (
                <JobItem key={job.id} job={job} onShow={onShow} />
              ))}
            </ul>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function JobItem({ job, onShow }: { job: Job } & Pick<JobChipProps, 'onShow'>) {
  const isActive = isJobActive(job.state);
  return (
    <li>
      <JobProgress job={job} />
      <div className="row jobdeeds">
        <span className="xs sec grow">{job.error ? describeError(job.error).sentence : ''}</span>
        {hasPage(job) && (
          <Popover.Close render={<Button variant="quiet" onClick={() => onShow(job)} />}>
            Show log
          </Popover.Close>
        )}
        {isActive ? (
          <Button reason={whyNotCancel(job)} onClick={() => void callHost('jobs.cancel', { id: job.id })}>
            Cancel
          </Button>
        ) : (
          <Button variant="quiet" onClick={() => void callHost('jobs.clear', { id: job.id })}>
            Clear
          </Button>
        )}
      </div>
    </li>
  );
}

/** Work on images and kernels has a page with its log. */
function hasPage({ kind }: Job): boolean {
  return ([...imageJobKinds, ...kernelJobKinds, 'run-tests'] as readonly string[]).includes(kind);
}
