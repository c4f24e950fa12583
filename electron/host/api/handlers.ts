import { CONTRACT_VERSION, type CallInput, type CallName, type CallOutput } from '@shared/api/calls.js';
import type { z } from 'zod';
import type { calls } from '@shared/api/calls.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { Diagnostics } from '../diagnostics/diagnostics.js';
import type { ImageService } from '../images/image-service.js';
import type { JobService } from '../jobs/job-service.js';
import type { MergeService } from '../layers/merge-service.js';
import type { StateStore } from '../state-store.js';
import type { VmService } from '../vms/vm-service.js';
import type { Client } from './client.js';

type Input<N extends CallName> = z.output<(typeof calls)[N]['input']>;
type Answer<N extends CallName> =
  CallOutput<N> extends Record<string, never> ? CallOutput<N> | void : CallOutput<N>;

/** What answers each call of the contract; the type makes the table complete. */
export type Handlers = {
  [N in CallName]: (input: Input<N>, connection: Client) => Promise<Answer<N>> | Answer<N>;
};

/** What the handlers pass calls on to. */
export interface Services {
  store: StateStore;
  vms: VmService;
  images: ImageService;
  jobs: JobService;
  merges: MergeService;
  diagnostics: Diagnostics;
  facts: { version: string; dataDir: string };
  quit: () => void;
}

/** Connects the contract with the services. No logic of its own. */
export function makeHandlers({
  store,
  vms,
  images,
  jobs,
  merges,
  diagnostics,
  facts,
  quit,
}: Services): Handlers {
  return {
    'host.hello': () => ({ contract: CONTRACT_VERSION, pid: process.pid, ...facts }),
    'host.quit': () => void setImmediate(quit),
    'state.watch': (_input, connection) => {
      const { snapshot, stop } = store.watch((patch) =>
        connection.sendEvent({ event: 'state.patch', patch }),
      );
      connection.whenClosed(stop);
      return snapshot;
    },
    'vms.create': async (input) => ({ id: await vms.create(input) }),
    'vms.start': ({ id }) => vms.start(id),
    'vms.stop': ({ id, how }) => vms.stop(id, how),
    'vms.delete': ({ id }) => vms.delete(id),
    'vms.commandLine': ({ id }) => vms.commandLine(id),
    'consoles.attach': (input, connection) => attach(vms, input, connection),
    'consoles.detach': ({ streamId }, connection) => connection.closeStream(streamId),
    'consoles.resize': ({ vmId, console, cols, rows }) => vms.resize(vmId, console, cols, rows),
    'layers.planMerge': ({ vmId, imageName }) => merges.plan(vmId, imageName),
    'layers.merge': async ({ vmId, imageName }) => ({ jobId: await merges.merge(vmId, imageName) }),
    'images.makeTiny': () => images.tiny(),
    'jobs.cancel': ({ id }) => jobs.cancel(id),
    'jobs.clear': ({ id }) => jobs.clear(id),
    'diagnostics.run': () => diagnostics.run(),
  };
}

async function attach(
  vms: VmService,
  { vmId, console, tailBytes }: CallInput<'consoles.attach'> & Input<'consoles.attach'>,
  connection: Client,
): Promise<{ streamId: number }> {
  const vm = vms.get(vmId);
  const track = vm.tracks[console];
  if (!track) throw failure('console-unknown', { name: vm.spec.name, console: `con${console}` });
  const streamId = connection.newStreamId();
  const sink = {
    sendOutput: (bytes: Uint8Array) => connection.sendOutput(streamId, bytes),
    sendEvent: (event: object) => connection.sendEvent({ ...event, streamId } as never),
  };
  const stream = await track.attach(sink, tailBytes);
  connection.addStream(streamId, { stream, type: (bytes) => vm.process?.type(console, bytes) });
  stream.wake();
  return { streamId };
}
