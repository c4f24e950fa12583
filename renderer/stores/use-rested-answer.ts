import { useEffect, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '@shared/api/calls.js';
import type { Outcome } from '@shared/api/client.js';
import { callHost } from './connection-store.js';

/** It is asked when typing rests this long. */
const REST_MS = 200;

/** What came of asking. */
export interface RestedAnswer<N extends CallName> {
  /** The latest answer, perhaps still to the question before; null when there is none yet. */
  outcome: Outcome<CallOutput<N>> | null;
  /** True when the answer is to the present question. */
  isFresh: boolean;
}

/** The host's answer to what is being typed, kept up to date; none while `input` is null. `round`: asked again when it changes. */
export function useRestedAnswer<N extends CallName>(
  name: N,
  input: CallInput<N> | null,
  round: number,
): RestedAnswer<N> {
  // As text: an input is a new object with each render.
  const asked = input === null ? null : JSON.stringify({ input, round });
  const [answer, setAnswer] = useState<{ asked: string; outcome: Outcome<CallOutput<N>> } | null>(null);
  useEffect(() => {
    if (asked === null) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      const { input: wanted } = JSON.parse(asked) as { input: CallInput<N> };
      void callHost(name, wanted).then((outcome) => {
        if (isCurrent) setAnswer({ asked, outcome });
      });
    }, REST_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [name, asked]);
  return { outcome: answer?.outcome ?? null, isFresh: answer !== null && answer.asked === asked };
}
