import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { ApiClient } from '@shared/api/client.js';
import { isDebugTool } from '@shared/debug/debug-tool.js';
import { consoleNameSchema, RESCUE_CONSOLE, type ConsoleName } from '@shared/consoles/console-name.js';
import { vmIdSchema, type VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { connectionStore } from '../../stores/connection-store.js';
import { hostStore } from '../../stores/host-store.js';
import { consolesOf } from '../../stores/layout-store.js';
import { bytesForOthers } from './broadcast-bytes.js';

const targetSchema = z.strictObject({
  vmId: vmIdSchema,
  console: consoleNameSchema,
  /** The run that it was chosen in: with its end the console drops out. */
  run: z.int(),
});
/** A console that gets what is typed into any other of a broadcast. */
export type BroadcastTarget = z.infer<typeof targetSchema>;

const messageSchema = z.union([
  z.strictObject({ targets: z.array(targetSchema) }),
  z.strictObject({ ask: z.literal('targets') }),
]);

/** The consoles of the broadcast that goes on; none, or at least two. Never kept: it ends with the app. */
export const broadcastStore = createStore<{ targets: readonly BroadcastTarget[] }>(() => ({ targets: [] }));

/** One broadcast for all windows: a popped-out console belongs to it wherever it was begun. */
const windows = new BroadcastChannel('paddock.broadcast');
windows.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = messageSchema.safeParse(data);
  if (!message.success) return;
  if ('targets' in message.data) take(message.data.targets);
  else if (broadcastStore.getState().targets.length > 0) say();
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin: its own
windows.postMessage({ ask: 'targets' });

/** Whether a console takes part. */
export function isBroadcastTo(
  targets: readonly BroadcastTarget[],
  vmId: string,
  console: ConsoleName,
): boolean {
  return targets.some((target) => target.vmId === vmId && target.console === console);
}

/** Why nothing can be broadcast to a console now; null when it can. */
export function reasonAgainstBroadcast(vm: VmView, console: ConsoleName): string | null {
  if (!isLive(vm.state)) return 'it doesn’t run';
  if (console === RESCUE_CONSOLE) return vm.rescue?.state === 'ready' ? null : 'it isn’t there';
  if (isDebugTool(console)) return 'it is a program of this computer';
  return vm.adopted ? 'it was lost' : null;
}

/** Begins a broadcast in place of the one that goes on. */
export function startBroadcast(consoles: readonly { vm: VmView; console: ConsoleName }[]): void {
  take(consoles.map(({ vm, console }) => ({ vmId: vm.id, console, run: vm.runNumber })));
  say();
}

/** Ends it, in all windows. */
export function stopBroadcast(): void {
  take([]);
  say();
}

/** Hands what a person typed or pasted into one console to the others. */
export function broadcastInput(from: { vmId: VmId; console: ConsoleName }, bytes: Uint8Array): void {
  const { targets } = broadcastStore.getState();
  if (!isBroadcastTo(targets, from.vmId, from.console)) return;
  const { client } = connectionStore.getState();
  const forOthers = bytesForOthers(bytes);
  if (!client || !forOthers) return;
  for (const target of targets)
    if (target.vmId !== from.vmId || target.console !== from.console) lineTo(client, target).type(forOthers);
}

function say(): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin: its own
  windows.postMessage({ targets: broadcastStore.getState().targets });
}

function take(targets: readonly BroadcastTarget[]): void {
  const { state, loaded } = hostStore.getState();
  const live = targets.filter(({ vmId, console, run }) => {
    const vm = state.vms[vmId];
    // A window that just opened doesn't know the machines yet.
    if (!loaded) return true;
    return (
      vm?.runNumber === run &&
      consolesOf(vm).includes(console) &&
      reasonAgainstBroadcast(vm, console) === null
    );
  });
  // One console alone is no broadcast.
  const next = live.length < 2 ? [] : live;
  const now = broadcastStore.getState().targets;
  if (next.length !== now.length || next.some((target, place) => !isSame(target, now[place])))
    broadcastStore.setState({ targets: next });
  for (const [key, line] of lines)
    if (!isBroadcastTo(next, line.target.vmId, line.target.console)) {
      lines.delete(key);
      line.end();
    }
}

function isSame(a: BroadcastTarget, b: BroadcastTarget | undefined): boolean {
  return a.vmId === b?.vmId && a.console === b.console && a.run === b.run;
}

// A machine that stops, or starts anew, drops out.
hostStore.subscribe(({ loaded }) => {
  const { targets } = broadcastStore.getState();
  if (loaded && targets.length > 0) take(targets);
});

/**
 * A stream to type into a console that this window may not show. Its output is never acknowledged, so the host sends
 * a window's worth of it and no more.
 */
class InputLine {
  private readonly stream: Promise<number | null>;

  constructor(
    readonly client: ApiClient,
    readonly target: BroadcastTarget,
  ) {
    const { vmId, console } = target;
    this.stream = client.call('consoles.attach', { vmId, console, tailBytes: 0 }).then((outcome) => {
      if (!outcome.ok) return null;
      client.listen(outcome.value.streamId, { onOutput: () => {}, onEvent: () => {} });
      return outcome.value.streamId;
    });
  }

  type(bytes: Uint8Array): void {
    // In order, also what is typed before the stream is there: callbacks of one promise run as they were added.
    void this.stream.then((streamId) => {
      if (streamId !== null) this.client.type(streamId, bytes);
    });
  }

  end(): void {
    void this.stream.then((streamId) => (streamId === null ? undefined : this.client.detach(streamId)));
  }
}

const lines = new Map<string, InputLine>();

function lineTo(client: ApiClient, target: BroadcastTarget): InputLine {
  const key = `${target.vmId}/${target.console}`;
  const line = lines.get(key);
  // After a lost connection there is another client.
  if (line?.client === client) return line;
  const fresh = new InputLine(client, target);
  lines.set(key, fresh);
  return fresh;
}
