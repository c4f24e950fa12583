import { useEffect, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '@shared/api/calls.js';
import type { Outcome } from '@shared/api/client.js';
import { callHost, useConnection } from './connection-store.js';

/**
 * The host's answer to a question while a component is shown; null until it came, and for the input null. It is asked
 * again with every new `moment` and connection, and meanwhile the last answer stays.
 */
export function useAnswer<N extends CallName>(
  name: N,
  input: CallInput<N> | null,
  moment = '',
): Outcome<CallOutput<N>> | null {
  const client = useConnection((connection) => connection.client);
  // As text: an input is a new object with each render.
  const question = JSON.stringify(input);
  const [answer, setAnswer] = useState<{
    question: string;
    moment: string;
    outcome: Outcome<CallOutput<N>>;
  }>();
  useEffect(() => {
    if (!client || question === 'null') return;
    let isShown = true;
    void callHost(name, JSON.parse(question) as CallInput<N>).then((outcome) => {
      if (isShown) setAnswer({ question, moment, outcome });
    });
    return () => {
      isShown = false;
    };
  }, [client, name, question, moment]);
  return answer?.question === question ? answer.outcome : null;
}
