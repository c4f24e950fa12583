import { encodeUtf8 } from '@shared/text-codec.js';
import type { JobEnd, JobStream } from './guest-job.js';
import type { GuestTools } from './guest-tools.js';

/** How far a script may go. */
export interface ScriptLimits {
  timeoutMs: number;
  outputMax: number;
  signal?: AbortSignal;
}

/** Runs a short script in a guest that reads nothing, and gathers what it says on these streams. Throws Failure guest-*. */
export async function runScript(
  tools: GuestTools,
  script: string,
  { timeoutMs, outputMax, signal = new AbortController().signal }: ScriptLimits,
  streams: readonly JobStream[] = ['output', 'errors'],
): Promise<{ end: JobEnd; said: Buffer }> {
  const pieces: Uint8Array[] = [];
  const end = await tools.run({
    script: encodeUtf8(script),
    input: null,
    onOutput: (stream, bytes) => {
      if (streams.includes(stream)) pieces.push(bytes);
    },
    timeoutMs,
    outputMax,
    signal,
  });
  return { end, said: Buffer.concat(pieces) };
}
