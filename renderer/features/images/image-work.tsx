import type { ReactNode } from 'react';
import { isJobActive, type Job, whyNotCancel } from '@shared/jobs/job.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { ErrorNote } from '../../ui/note.js';

/** What the card takes. */
interface ImageWorkProps {
  job: Job;
  progress: (job: Job) => ReactNode;
  onShow: () => void;
}

/** Work on an image that is there: how far it is, and then what came of it, until it is cleared. */
export function ImageWork({ job, progress, onShow }: ImageWorkProps) {
  const isActive = isJobActive(job.state);
  return (
    <section className="card imagework" aria-label="Work on this image">
      {progress(job)}
      {!isActive && job.error && job.error.code !== 'cancelled' && <ErrorNote error={job.error} />}
      <div className="row imageworkdeeds">
        <span className="xs sec grow" role="status">
          {saysOf(job)}
        </span>
        <Button variant="quiet" onClick={onShow}>
          Show log
        </Button>
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
    </section>
  );
}

/** What a job says beside its progress: what its result means, or what goes on. */
function saysOf(job: Job): string {
  if (isJobActive(job.state)) return 'Goes on when you close the window.';
  if (job.state === 'cancelled') return 'Cancelled. The image is as it was.';
  if (job.state === 'failed') return '';
  if (job.kind === 'checksum-image') return 'The checksum is below.';
  return job.result ?? '';
}
