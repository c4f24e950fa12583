import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { needHelpers } from '@shared/consoles/channel.js';
import { parseNotification } from '@shared/mconsole/mconsole-protocol.js';
import type { Run } from '@shared/vms/run.js';
import { DatagramSocket } from '../platform/datagram-socket.js';
import type { FdEvents } from '../platform/fd-events.js';
import { closeFd, pidfdOpen, systemError } from '../platform/libc.js';
import { log } from '../platform/log.js';
import { oomKills } from '../platform/oom-kills.js';
import { isAlive, processOf, reapHelpers, reapMachine } from '../platform/processes.js';
import { pinnedCpu } from './cpu-spread.js';
import { isHaltedInPlace } from './halted-in-place.js';
import { findRescueConsole } from './find-rescue-console.js';
import { RebootWatch } from './reboot-watch.js';
import { readRunEvents, RunEvents } from './run-events.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

/**
 * Takes over a machine whose process this host didn't start: it can be watched, stopped and started again. Its own
 * consoles were lost with whoever held them; the spare one is looked for.
 */
export function adopt(vms: VmService, events: FdEvents, vm: VmRecord, run: Run): void {
  const { files, runs } = vms;
  const place = files.place(vm.spec, run);
  const process = processOf(run);
  // First of all: one that can't be watched, for want of descriptors, say, must not be taken for one that ended.
  const pidfd = pidfdOpen(process.pid);
  if (pidfd < 0 && isAlive(process)) throw systemError('pidfd_open');
  const eventsPath = files.events(vm.spec.id, run.number);
  const earlier = readRunEvents(eventsPath);
  vm.beginRun(run, new RunEvents(eventsPath, earlier.length), earlier);
  vm.adopted = true;
  vm.oomMarks.begin(oomKills());
  vm.note({ kind: 'adopted' });
  vm.cpu = pinnedCpu(process.pid);
  vm.rebootWatch = new RebootWatch(process, files.mconsoleSocket(place));
  // The old host's socket file is dead; the kernel sends by path, so a new one there is heard.
  const notify = new DatagramSocket(
    events,
    files.notifySocket(vm.spec, run),
    (bytes) => {
      const said = parseNotification(bytes);
      if (said?.kind === 'panic') runs.panicked(vm, said.text);
      if (said?.kind === 'user') vm.heard(said.text.trimEnd());
      // It was booting when its host died, or it reboots.
      if (said?.kind === 'socket') runs.cameUp(vm, said.path);
    },
    { replace: true },
  );
  const socket = files.mconsoleSocket(place);
  const ended = async (): Promise<void> => {
    notify.close();
    // Not our child: nobody tells its exit code. But a kernel that ends by itself removes its folder, and one that is
    // killed or aborts can't (facts/consoles-and-lifecycle 6); with that and what was asked of it the rest follows.
    const isOrderly = !existsSync(dirname(socket));
    const strays =
      (await reapMachine(place)) +
      (needHelpers(vm.spec.consoles) || vm.spec.nics.length > 0 ? reapHelpers(place, process.pid) : 0);
    await runs.ended(vm, isOrderly ? 0 : null, isOrderly || vm.panic !== null ? null : 'a signal', strays);
  };
  if (pidfd < 0) return void ended();
  if (!isAlive(process)) {
    closeFd(pidfd);
    return void ended();
  }
  events.onReadable(pidfd, () => {
    events.remove(pidfd);
    closeFd(pidfd);
    void ended();
  });
  if (existsSync(socket)) {
    runs.cameUp(vm, socket);
    if (isHaltedInPlace(process.pid)) vm.happen('pause', 'it was found paused');
  }
  runs.watchLayers(vm);
  void findRescueConsole(files, vm, 'adopted');
  log('info', 'adopted', { name: vm.spec.name, pid: run.pid });
}
