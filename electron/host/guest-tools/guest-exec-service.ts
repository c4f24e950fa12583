import type { calls, CallOutput } from '@shared/api/calls.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { shellText } from '@shared/vms/command-line.js';
import { encodeUtf8 } from '@shared/text-codec.js';
import type { z } from 'zod';
import type { Client } from '../api/client.js';
import { log } from '../platform/log.js';
import type { VmService } from '../vms/vm-service.js';
import { AcknowledgedStream } from './acknowledged-stream.js';
import type { JobEnd } from './guest-job.js';

/** All words of a command together. */
const ARGV_BYTES_MAX = 64 * 1024;

/** Runs commands in guests that have the guest tools. */
export class GuestExecService {
  constructor(private readonly vms: VmService) {}

  /** Begins a command; what it prints and how it ends goes to the client's streams. Throws Failure guest-*. */
  exec(
    { id, argv, timeoutS, outputMax }: z.output<(typeof calls)['guest.exec']['input']>,
    client: Client,
  ): CallOutput<'guest.exec'> {
    const vm = this.vms.get(id);
    const tools = vm.guestTools;
    if (!tools?.isReady) throw failure('guest-tools-absent', { name: vm.spec.name });
    const script = execScript(argv);
    const abort = new AbortController();
    const streams = { output: openStream(client, abort), errors: openStream(client, abort) };
    const streamId = streams.output.id;
    const errorStreamId = streams.errors.id;
    const finish = (end: JobEnd | null, error: Failure | null): void => {
      client.sendEvent({
        event: 'guest.ended',
        streamId,
        exitCode: end?.exitCode ?? null,
        timedOut: end?.timedOut ?? false,
        cut: end?.cut ?? false,
        error: error?.error ?? null,
      });
      client.closeStream(streamId);
      client.closeStream(errorStreamId);
    };
    tools
      .run({
        script,
        input: null,
        onOutput: (stream, bytes) => streams[stream].send(bytes),
        timeoutMs: timeoutS === null ? null : timeoutS * 1000,
        outputMax,
        signal: abort.signal,
      })
      .then(
        (end) => finish(end, null),
        (error: unknown) => {
          if (!(error instanceof Failure)) log('error', 'guest exec', { error: (error as Error).stack });
          finish(
            null,
            error instanceof Failure ? error : failure('internal', { message: (error as Error).message }),
          );
        },
      );
    return { streamId, errorStreamId };
  }
}

function openStream(client: Client, abort: AbortController): { id: number } & AcknowledgedStream {
  const id = client.newStreamId();
  const stream = Object.assign(new AcknowledgedStream((bytes) => client.sendOutput(id, bytes)), { id });
  client.addStream(id, {
    stream,
    type: () => {},
    answer: () => {},
    view: () => {},
    close: () => abort.abort(),
  });
  return stream;
}

/** The script that becomes the command. Throws Failure for words that no command can have. */
function execScript(argv: readonly string[]): Uint8Array {
  const refuse = (why: string): Failure => failure('guest-argument', { why });
  if (argv.some((word) => word.includes('\0'))) throw refuse('there is a NUL in it');
  if (argv[0] === '' || argv[0]?.startsWith('-')) throw refuse('a command can’t be empty or begin with -');
  const script = encodeUtf8(`exec ${shellText(argv)}\n`);
  if (script.length > ARGV_BYTES_MAX) throw refuse(`it is longer than ${ARGV_BYTES_MAX} bytes`);
  return script;
}
