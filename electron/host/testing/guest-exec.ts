import type { VmId } from '@shared/vms/vm-id.js';
import type { TestHost } from './test-host.js';

/** What a command in a guest printed, and how it ended. */
export interface GuestExecEnd {
  exitCode: number | null;
  timedOut: boolean;
  cut: boolean;
  /** Code of the error, when it could not be run. */
  error: string | null;
  output: Buffer;
  errors: Buffer;
}

/** Runs a command in a guest through the contract, as the command line does. */
export async function exec(
  host: TestHost,
  id: VmId,
  argv: string[],
  { timeoutS = 30, outputMax = null }: { timeoutS?: number | null; outputMax?: number | null } = {},
): Promise<GuestExecEnd> {
  const { client } = host;
  const { streamId, errorStreamId } = await client.must('guest.exec', { id, argv, timeoutS, outputMax });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  return new Promise((done) => {
    client.listen(errorStreamId, {
      onOutput: (bytes) => {
        errors.push(Buffer.from(bytes));
        client.ack(errorStreamId, bytes.length);
      },
      onEvent: () => {},
    });
    client.listen(streamId, {
      onOutput: (bytes) => {
        output.push(Buffer.from(bytes));
        client.ack(streamId, bytes.length);
      },
      onEvent: (event) => {
        if (event.event !== 'guest.ended') return;
        const { exitCode, timedOut, cut, error } = event;
        const said = { output: Buffer.concat(output), errors: Buffer.concat(errors) };
        done({ exitCode, timedOut, cut, error: error?.code ?? null, ...said });
      },
    });
  });
}
