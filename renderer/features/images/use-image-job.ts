import { useState } from 'react';
import type { Outcome } from '@shared/api/client.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';

/** The asking for a job, from a dialog that closes once it runs. */
export interface JobAsking {
  isAsking: boolean;
  /** Why it wasn't started. */
  error: PaddockError | null;
  ask: (call: () => Promise<Outcome<{ jobId: string }>>) => void;
  /** What was typed is another thing now. */
  clearError: () => void;
}

/** Asks for a job; the dialog stays, with all that was typed, when the host refuses. */
export function useJobAsking(onStarted: (jobId: string) => void): JobAsking {
  const [isAsking, setIsAsking] = useState(false);
  const [error, setError] = useState<PaddockError | null>(null);
  const ask = async (call: () => Promise<Outcome<{ jobId: string }>>): Promise<void> => {
    setIsAsking(true);
    setError(null);
    const outcome = await call();
    setIsAsking(false);
    if (outcome.ok) onStarted(outcome.value.jobId);
    else setError(outcome.error);
  };
  return { isAsking, error, ask: (call) => void ask(call), clearError: () => setError(null) };
}
