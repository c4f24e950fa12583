import { useEffect, useRef, useState } from 'react';
import type { Job } from '@shared/jobs/job.js';
import { callHost, useConnection } from '../../stores/connection-store.js';

/** As many lines as the host keeps at least. */
const KEPT = 20_000;

/** What the programs of a job printed, as far as it is here. */
export interface JobLog {
  lines: readonly string[];
  /** Number of the first of them; more than 0 when earlier ones aren't kept any more. */
  first: number;
  isLoaded: boolean;
}

const nothing: JobLog = { lines: [], first: 0, isLoaded: false };

/** Follows the log of one job: asks for what is new whenever the state says that there is more. */
export function useJobLog({ id, logLines }: Pick<Job, 'id' | 'logLines'>): JobLog {
  const client = useConnection((connection) => connection.client);
  const [log, setLog] = useState<JobLog>(nothing);
  const have = useRef<JobLog>(nothing);
  const wanted = useRef(0);
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (!client) return;
    const ended = new AbortController();
    let isAsking = false;
    const follow = async (): Promise<void> => {
      if (isAsking) return;
      isAsking = true;
      while (!ended.signal.aborted && !(have.current.isLoaded && endOf(have.current) >= wanted.current)) {
        const next = endOf(have.current);
        // Lines from before what is kept can't be had, and would come as if they were others.
        const from = Math.max(next, wanted.current - KEPT);
        const outcome = await callHost('jobs.log', { id, from });
        if (!outcome.ok || ended.signal.aborted) break;
        have.current = withMore(have.current, from, outcome.value.lines);
        wanted.current = Math.max(wanted.current, outcome.value.total);
        setLog(have.current);
        if (outcome.value.lines.length === 0) break;
      }
      isAsking = false;
    };
    ask.current = () => void follow();
    return () => {
      ended.abort();
      ask.current = () => undefined;
    };
  }, [client, id]);
  useEffect(() => {
    wanted.current = Math.max(wanted.current, logLines);
    ask.current();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new connection asks again
  }, [client, id, logLines]);
  return log;
}

function endOf({ first, lines }: JobLog): number {
  return first + lines.length;
}

/** A log with the lines from a number on; those before a gap, and more than are kept, are let go. */
function withMore(log: JobLog, from: number, more: readonly string[]): JobLog {
  const hasGap = from > endOf(log);
  const all = hasGap ? more : [...log.lines, ...more];
  const cut = Math.max(0, all.length - KEPT);
  return {
    lines: cut === 0 ? all : all.slice(cut),
    first: (hasGap ? from : log.first) + cut,
    isLoaded: true,
  };
}
