import { useState } from 'react';
import type { Outcome } from '@shared/api/client.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';

/** A text that is kept by the host and edited here. */
export interface SavedText {
  value: string;
  set: (value: string) => void;
  /** The keyboard left it: keeps what was changed. */
  settle: () => void;
  /** Takes back what was typed. */
  revert: () => void;
  isSaved: boolean;
  error: PaddockError | null;
}

/** Edits a text of the host's: what is typed stands until it is left, then it is kept, or what is wrong is said. */
export function useSavedText(text: string, save: (value: string) => Promise<Outcome<unknown>>): SavedText {
  const [draft, setDraft] = useState<string | null>(null);
  const [isSaved, setIsSaved] = useState(false);
  const [error, setError] = useState<PaddockError | null>(null);
  const settle = async (): Promise<void> => {
    if (draft === null || draft.trim() === text) return setDraft(null);
    const outcome = await save(draft.trim());
    setIsSaved(outcome.ok);
    setError(outcome.ok ? null : outcome.error);
    if (outcome.ok) setDraft(null);
  };
  return {
    value: draft ?? text,
    set: (value) => {
      setIsSaved(false);
      setError(null);
      setDraft(value);
    },
    settle: () => void settle(),
    revert: () => {
      setError(null);
      setDraft(null);
    },
    isSaved,
    error,
  };
}
