import { useState } from 'react';
import type { Outcome } from '@shared/api/client.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Job } from '@shared/jobs/job.js';
import { useHost } from '../../stores/host-store.js';

/** A job that a dialog starts and follows. */
export interface FollowedJob {
  /** null until it runs. */
  job: Job | null;
  /** It was asked for, or it was there: the fields of the dialog have done their work. */
  isStarted: boolean;
  isAsking: boolean;
  /** Why it wasn't started. */
  error: PaddockError | null;
  start: (ask: () => Promise<Outcome<{ jobId: string }>>) => void;
  /** Back to the fields. */
  reset: () => void;
  /** What was typed is another thing now. */
  clearError: () => void;
}

/** Starts a job and follows it; the job itself belongs to the host and goes on without the dialog. */
export function useJob(): FollowedJob {
  const [jobId, setJobId] = useState<string | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [error, setError] = useState<PaddockError | null>(null);
  const job = useHost((state) => (jobId === null ? null : (state.jobs[jobId] ?? null)));
  const start = async (ask: () => Promise<Outcome<{ jobId: string }>>): Promise<void> => {
    setIsAsking(true);
    setError(null);
    const outcome = await ask();
    setIsAsking(false);
    if (outcome.ok) setJobId(outcome.value.jobId);
    else setError(outcome.error);
  };
  return {
    job,
    isStarted: jobId !== null,
    isAsking,
    error,
    start: (ask) => void start(ask),
    reset: () => setJobId(null),
    clearError: () => setError(null),
  };
}
