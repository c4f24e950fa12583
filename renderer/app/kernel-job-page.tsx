import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { isJobActive, type Job, whyNotCancel } from '@shared/jobs/job.js';
import { JobPage } from '../features/jobs/job-page.js';
import { useJobLog } from '../features/jobs/use-job-log.js';
import { BuildRemarks } from '../features/kernels/build/build-remarks.js';
import { callHost } from '../stores/connection-store.js';
import { selectKernelRow } from '../stores/kernels-store.js';
import { openDialog } from '../stores/ui-store.js';
import { Button } from '../ui/button.js';
import { CloseIcon, RestartIcon, TrashIcon } from '../ui/icons.js';
import { ErrorNote } from '../ui/note.js';

/** Work on a kernel in full, with what can be done about it. */
export function KernelJobPage({ job }: { job: Job }) {
  const [error, setError] = useState<PaddockError | null>(null);
  const isActive = isJobActive(job.state);
  const isStale = job.error?.code === 'mirror-stale';
  const ask = async (name: 'jobs.cancel' | 'jobs.clear' | 'jobs.retry'): Promise<void> => {
    const outcome = await callHost(name, { id: job.id });
    setError(outcome.ok ? null : outcome.error);
  };
  return (
    <JobPage
      job={job}
      name={job.title}
      guessedSeconds={null}
      stepNotes={[]}
      safety={safetyOf(job)}
      actions={
        isActive ? (
          <Button icon={<CloseIcon />} reason={whyNotCancel(job)} onClick={() => void ask('jobs.cancel')}>
            Cancel
          </Button>
        ) : (
          <>
            <Button
              variant="quiet"
              icon={<TrashIcon />}
              onClick={() => {
                void ask('jobs.clear');
                selectKernelRow(null);
              }}
            >
              Clear
            </Button>
            {job.canRetry && (
              <Button variant="primary" icon={<RestartIcon />} onClick={() => void ask('jobs.retry')}>
                Go on
              </Button>
            )}
            {job.kind === 'get-kernel' && (
              <Button
                variant="primary"
                icon={<RestartIcon />}
                onClick={() => {
                  void ask('jobs.clear');
                  openDialog({ kind: 'get-kernel', acceptsStale: isStale });
                }}
              >
                Try again…
              </Button>
            )}
          </>
        )
      }
    >
      {error && (
        <div className="callerror">
          <ErrorNote error={error} />
        </div>
      )}
      {job.kind === 'build-kernel' && <Remarks job={job} />}
    </JobPage>
  );
}

function Remarks({ job }: { job: Job }) {
  const { lines, first } = useJobLog(job);
  return <BuildRemarks lines={lines} first={first} />;
}

function safetyOf(job: Job): string {
  if (isJobActive(job.state)) return 'Goes on when you close the window.';
  if (job.canRetry)
    return 'What was compiled is kept: put the source right and go on. Clear removes what no kernel needs.';
  return job.kind === 'build-kernel'
    ? 'Nothing was left behind but what an earlier build needs.'
    : 'Nothing was left behind.';
}
