import { StringDecoder } from 'node:string_decoder';
import { failure } from '@shared/errors/paddock-error.js';
import { encodeUtf8 } from '@shared/text-codec.js';
import { OUTPUT_MAX, type GuestSpec } from '@shared/testruns/test-run.js';
import type { JobStream } from '../guest-tools/guest-job.js';
import type { JobReporter } from '../jobs/job-service.js';
import { lineSplitter } from '../platform/line-splitter.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { TestOutput } from './test-output.js';

/** What it does, for the job. */
export const guestSteps = ['Run the tests'];

/** Runs a test command in a guest, by its tools; resolves to its exit code. Throws Failure guest-*, tool-failed. */
export async function runGuest(
  vm: VmRecord,
  spec: GuestSpec,
  output: TestOutput,
  report: JobReporter,
): Promise<number> {
  report.nextStep();
  if (!vm.guestTools?.isReady) throw failure('guest-tools-absent', { name: vm.spec.name });
  const hear = (line: string): void => {
    report.log(line);
    output.add(line);
  };
  // Each for itself: what a program says of an error must not cut a line of its results in two.
  const streams = { output: splitter(hear), errors: splitter(hear) };
  const end = await vm.guestTools.run({
    script: encodeUtf8(`${spec.command}\n`),
    input: null,
    onOutput: (stream: JobStream, bytes) => streams[stream].add(bytes),
    timeoutMs: spec.timeoutS * 1000,
    outputMax: OUTPUT_MAX,
    signal: report.signal,
  });
  for (const stream of Object.values(streams)) stream.end();
  if (end.timedOut)
    throw failure('tool-failed', { tool: 'The command in the guest', exitCode: 'no answer in time' });
  return end.exitCode;
}

function splitter(hear: (line: string) => void): { add(bytes: Uint8Array): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  const split = lineSplitter(hear);
  return { add: (bytes) => split.add(decoder.write(Buffer.from(bytes))), end: () => split.end() };
}
