import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { isJobActive, type Job, whyNotCancel } from '@shared/jobs/job.js';
import { isMaking, nameOfMaking } from '../features/images/image-rows.js';
import { PlanFacts, PlanSteps } from '../features/images/wizard/plan-view.js';
import { useKeptBuilds } from '../features/images/wizard/kept-builds.js';
import { fillFrom } from '../features/images/wizard/wizard-store.js';
import { JobPage } from '../features/jobs/job-page.js';
import { callHost } from '../stores/connection-store.js';
import { useHost } from '../stores/host-store.js';
import { selectImageRow } from '../stores/images-store.js';
import { Button } from '../ui/button.js';
import { BackIcon, CloseIcon, ImageIcon, LogIcon, PlayIcon, RestartIcon, TrashIcon } from '../ui/icons.js';
import { ErrorNote } from '../ui/note.js';
import { bootImage, makeImage, showImage } from './image-deeds.js';

/** Work on an image in full, with what can be done about it while it goes and when it is over. */
export function ImageJobPage({ job }: { job: Job }) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBooting, setIsBooting] = useState(false);
  const [isPlanShown, setIsPlanShown] = useState(false);
  const kept = useKeptBuilds().find(({ jobId }) => jobId === job.id);
  const imageId = isMaking(job) ? job.result : job.imageId;
  const image = useHost((state) => (imageId === null ? undefined : state.images[imageId]));
  const isActive = isJobActive(job.state);
  const isDone = job.state === 'succeeded';
  const ask = async (name: 'jobs.cancel' | 'jobs.retry' | 'jobs.clear'): Promise<void> => {
    const outcome = await callHost(name, { id: job.id });
    setError(outcome.ok ? null : outcome.error);
  };
  const boot = async (): Promise<void> => {
    if (!image) return;
    setIsBooting(true);
    setError(await bootImage(image.id));
    setIsBooting(false);
  };
  return (
    <JobPage
      job={job}
      name={image?.name ?? kept?.name ?? nameOfMaking(job)}
      guessedSeconds={kept?.plan.seconds ?? null}
      stepNotes={
        kept?.plan.steps.length === job.steps.length ? kept.plan.steps.map(({ detail }) => detail) : []
      }
      safety={safetyOf(job)}
      actions={
        <>
          {kept && (
            <Button
              variant="quiet"
              collapses
              aria-label="Show plan"
              aria-pressed={isPlanShown}
              icon={<LogIcon />}
              onClick={() => setIsPlanShown(!isPlanShown)}
            >
              {isPlanShown ? 'Hide plan' : 'Show plan'}
            </Button>
          )}
          {isActive && (
            <Button
              collapses
              aria-label="Cancel"
              icon={<CloseIcon />}
              reason={whyNotCancel(job)}
              onClick={() => void ask('jobs.cancel')}
            >
              Cancel
            </Button>
          )}
          {!isActive && !image && (
            <Button
              collapses
              variant="quiet"
              aria-label="Clear"
              icon={<TrashIcon />}
              onClick={() => {
                void ask('jobs.clear');
                selectImageRow(null);
              }}
            >
              Clear
            </Button>
          )}
          {!isActive && !isDone && kept && (
            <Button
              collapses
              aria-label="Change it…"
              icon={<BackIcon />}
              onClick={() => {
                fillFrom(kept.recipe, kept.name, 'review');
                makeImage();
              }}
            >
              Change it…
            </Button>
          )}
          {job.state === 'failed' && job.canRetry && (
            <Button variant="primary" icon={<RestartIcon />} onClick={() => void ask('jobs.retry')}>
              Retry
            </Button>
          )}
          {image && !isActive && (
            <Button
              collapses
              aria-label="Show image"
              icon={<ImageIcon />}
              onClick={() => showImage(image.id)}
            >
              Show image
            </Button>
          )}
          {image && isDone && isMaking(job) && (
            <Button
              variant="primary"
              icon={<PlayIcon />}
              reason={isBooting ? 'Its machine is being made.' : null}
              onClick={() => void boot()}
            >
              Boot it now
            </Button>
          )}
        </>
      }
    >
      {error && (
        <div className="callerror">
          <ErrorNote error={error} />
        </div>
      )}
      {isPlanShown && kept && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard has to reach it
        <div className="jobplan" tabIndex={0} role="region" aria-label="The plan">
          <PlanSteps plan={kept.plan} />
          <PlanFacts plan={kept.plan} />
        </div>
      )}
    </JobPage>
  );
}

function safetyOf(job: Job): string {
  switch (job.state) {
    case 'running':
      return (
        job.whyUncancellable ??
        'Goes on when you close the window. If it fails or you cancel, nothing is left behind.'
      );
    case 'cancelling':
      return 'What was made so far is being removed.';
    case 'cancelled':
      return 'Nothing was left behind.';
    case 'failed':
      return job.canRetry
        ? 'What was made so far is kept, so that a retry goes on where it stopped. Clear removes it.'
        : 'Nothing was left behind.';
    case 'succeeded':
      return 'It is in the library.';
  }
}
