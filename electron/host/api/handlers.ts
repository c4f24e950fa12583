import { CONTRACT_VERSION, type CallInput } from '@shared/api/calls.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { Viewing } from '../consoles/console-viewers.js';
import type { VmService } from '../vms/vm-service.js';
import type { Client } from './client.js';
import { benchmarkHandlers } from './benchmark-handlers.js';
import { debugHandlers } from './debug-handlers.js';
import { imageHandlers } from './image-handlers.js';
import { kernelHandlers } from './kernel-handlers.js';
import { layerHandlers } from './layer-handlers.js';
import { labHandlers } from './lab-handlers.js';
import { linkHandlers } from './link-handlers.js';
import { networkHandlers } from './network-handlers.js';
import type { Handlers, Input, Services } from './services.js';
import { testRunHandlers } from './test-run-handlers.js';

/** Connects the contract with the services. No logic of its own. */
export function makeHandlers(services: Services): Handlers {
  const {
    store,
    vms,
    starts,
    control,
    memory,
    lines,
    runs,
    logs,
    foreign,
    figures,
    execs,
    copies,
    toolsInstalls,
    jobs,
    diagnostics,
    facts,
    quit,
  } = services;
  return {
    ...imageHandlers(services),
    ...kernelHandlers(services),
    ...benchmarkHandlers(services),
    ...layerHandlers(services),
    ...networkHandlers(services),
    ...labHandlers(services),
    ...linkHandlers(services),
    ...testRunHandlers(services),
    ...debugHandlers(services),
    'host.hello': () => ({ contract: CONTRACT_VERSION, pid: process.pid, ...facts }),
    'host.quit': () => void setImmediate(quit),
    'state.watch': (_input, connection) => {
      const { snapshot, stop } = store.watch((patch) =>
        connection.sendEvent({ event: 'state.patch', patch }),
      );
      connection.whenClosed(stop);
      return snapshot;
    },
    'vms.create': async ({ addGuestTools = false, ...input }) => ({
      id: await (addGuestTools && !input.root ? toolsInstalls.create(input) : starts.create(input)),
    }),
    'vms.start': ({ id }) => starts.start(id),
    'vms.stop': ({ id, how, seconds }) => control.stop(id, how, seconds),
    'vms.waitLonger': ({ id, seconds }) => control.waitLonger(id, seconds),
    'vms.configure': ({ id, changes }) => vms.configure(id, changes),
    'vms.stopWaiting': ({ id }) => starts.stopWaiting(id),
    'vms.restart': ({ id }) => control.restart(id),
    'vms.pause': ({ id }) => control.pause(id),
    'vms.resume': ({ id }) => control.resume(id),
    'vms.takeMemory': ({ id, takenMiB }) => memory.take(id, takenMiB),
    'vms.mconsole': ({ id, command }) => control.mconsole(id, command),
    'vms.delete': ({ id }) => vms.delete(id),
    'vms.commandLine': ({ id }) => vms.commandLine(id),
    'foreign.look': () => foreign.look(),
    'foreign.act': async ({ id, action }) => ({ vmId: await foreign.act(id, action) }),
    'foreign.mconsole': ({ id, command }) => foreign.mconsole(id, command),
    'runs.list': async ({ id }) => ({ runs: await runs.list(id) }),
    'runs.events': async ({ id, run }) => ({ events: await runs.events(id, run) }),
    'runs.compare': ({ id, a, b }) => runs.compare(id, a, b),
    'runs.export': ({ id, run, path }) => runs.export(id, run, path),
    'runs.delete': ({ id, run }) => runs.delete(id, run),
    'figures.watch': ({ pace, detail }, connection) => figures.watch(connection, pace, detail),
    'figures.unwatch': (_input, connection) => figures.unwatch(connection),
    'figures.history': ({ id, span }) => ({ figures: figures.history(id, span) }),
    'logs.outline': async ({ id, console }) => ({ runs: await logs.outline(id, console) }),
    'logs.lines': async ({ id, ...wanted }) => ({ lines: await logs.lines(id, wanted) }),
    'logs.times': async ({ id, console, run, from, limit }) => ({
      times: await logs.times(id, console, run, from, limit),
    }),
    'logs.search': ({ id, ...wanted }) => logs.search(id, wanted),
    'logs.marks': ({ id, console, run }) => logs.marks(id, console, run),
    'logs.save': ({ id, console, run, form, path }) => logs.save(id, console, run, form, path),
    'consoles.attach': (input, connection) => attach(vms, input, connection),
    'consoles.view': ({ streamId, room }, connection) => connection.viewStream(streamId, room),
    'consoles.detach': ({ streamId }, connection) => connection.closeStream(streamId),
    'consoles.resize': ({ vmId, console, cols, rows }) => vms.resize(vmId, console, cols, rows),
    'guest.exec': (input, connection) => execs.exec(input, connection),
    'guest.read': (input, connection) => copies.read(input, connection),
    'guest.write': (input, connection) => copies.write(input, connection),
    'guest.installTools': async ({ id }) => ({ jobId: await toolsInstalls.install(id) }),
    'consoles.plug': ({ vmId, line }) => lines.plug(vmId, line),
    'consoles.unplug': ({ vmId, line }) => lines.unplug(vmId, line),
    'consoles.others': async ({ vmId }) => ({ lines: await lines.others(vmId) }),
    'jobs.retry': ({ id }) => jobs.retry(id),
    'jobs.log': ({ id, from }) => jobs.log(id, from),
    'jobs.cancel': ({ id }) => jobs.cancel(id),
    'jobs.clear': ({ id }) => jobs.clear(id),
    'diagnostics.run': () => diagnostics.run(),
    'diagnostics.fix': ({ check, fix }) => diagnostics.fix(check, fix),
  };
}

async function attach(
  vms: VmService,
  { vmId, console, tailBytes, leaps, fromRun }: CallInput<'consoles.attach'> & Input<'consoles.attach'>,
  connection: Client,
): Promise<{ streamId: number }> {
  const vm = vms.get(vmId);
  if (!vm.hasConsole(console)) throw failure('console-unknown', { name: vm.spec.name, console });
  const streamId = connection.newStreamId();
  const sink = {
    sendOutput: (bytes: Uint8Array) => connection.sendOutput(streamId, bytes),
    sendEvent: (event: object) => connection.sendEvent({ ...event, streamId } as never),
  };
  const track = vm.track(console);
  const stream =
    fromRun === undefined ? await track.attach(sink, { tailBytes, leaps }) : track.attachFrom(sink, fromRun);
  const viewers = vms.viewers(vmId, console);
  const viewer = { tell: (viewing: Viewing) => sink.sendEvent({ event: 'console.viewing', ...viewing }) };
  connection.addStream(streamId, {
    stream,
    type: (bytes) => {
      track.typed();
      vm.type(console, bytes);
    },
    answer: (bytes) => {
      if (track.allowsAnswer(stream, bytes)) vm.type(console, bytes);
    },
    view: (room) => viewers.set(viewer, room),
    close: () => {
      stream.close();
      viewers.leave(viewer);
    },
  });
  stream.wake();
  return { streamId };
}
