import { useEffect, useRef, type ReactNode } from 'react';
import { isJobActive, type Job, whyNotCancel } from '@shared/jobs/job.js';
import { callHost } from '../../stores/connection-store.js';
import { Button, type ButtonProps } from '../../ui/button.js';
import { ErrorNote } from '../../ui/note.js';
import type { FollowedJob } from './use-job.js';
import './layer-dialogs.css';

/** What the foot of a dialog with a job takes. */
export interface JobFooterProps {
  followed: FollowedJob;
  /** The deed: "Merge". */
  verb: string;
  variant?: ButtonProps['variant'];
  icon?: ReactNode;
  /** Why it can't be started now. */
  reason: string | null;
  onStart: () => void;
  onClose: () => void;
  /** "Cancel merge" */
  cancelLabel: string;
  /** What cancel will do. */
  cancelText: string;
  /** At the left, before it starts. */
  before?: ReactNode;
  /** Buttons for what can be done once it succeeded; the last gets the keyboard. */
  after?: ReactNode;
}

/** The buttons under a job: start it; cancel it or let it go on; and what comes after. They keep their place. */
export function JobFooter(props: JobFooterProps) {
  const { followed, verb, variant = 'primary', icon, reason, onStart, onClose } = props;
  const { cancelLabel, cancelText, before, after } = props;
  const { job, isStarted, isAsking, reset } = followed;
  const deeds = useRef<HTMLSpanElement>(null);
  const state = job?.state ?? null;
  useEffect(() => {
    // The button that had the focus is gone with its step.
    if (state !== null) [...(deeds.current?.querySelectorAll('button') ?? [])].at(-1)?.focus();
  }, [state]);
  if (!isStarted || !job)
    return (
      <>
        {before}
        <span className="end row">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant={variant}
            icon={icon}
            reason={reason ?? (isAsking || isStarted ? 'It is about to begin.' : null)}
            onClick={onStart}
          >
            {verb}
          </Button>
        </span>
      </>
    );
  if (isJobActive(job.state))
    return (
      <>
        <span className="xs ter grow">{cancelText}</span>
        <span className="row" ref={deeds}>
          <Button reason={whyNotCancel(job)} onClick={() => void callHost('jobs.cancel', { id: job.id })}>
            {cancelLabel}
          </Button>
          <Button variant="primary" onClick={onClose}>
            Go on in background
          </Button>
        </span>
      </>
    );
  const isDone = job.state === 'succeeded';
  return (
    <span className="end row wrap" ref={deeds}>
      {!isDone && <Button onClick={reset}>Try again</Button>}
      <Button onClick={onClose}>Close</Button>
      {isDone && after}
    </span>
  );
}

/** A job in the body of a dialog: how far it is, and what became of it. */
export function JobBody({
  followed,
  progress,
}: {
  followed: FollowedJob;
  progress: (job: Job) => ReactNode;
}) {
  const { job, error } = followed;
  return (
    <>
      {job && <div className="card jobcard">{progress(job)}</div>}
      {job && !isJobActive(job.state) && job.error && job.error.code !== 'cancelled' && (
        <ErrorNote error={job.error} />
      )}
      {error && <ErrorNote error={error} />}
    </>
  );
}
