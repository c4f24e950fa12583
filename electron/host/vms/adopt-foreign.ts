import { mkdirSync, readlinkSync } from 'node:fs';
import { tabConsoles } from '@shared/consoles/channel.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { Foreign } from '@shared/vms/foreign.js';
import { consolesOfArgv, memoryOfArgv } from '@shared/vms/foreign-argv.js';
import type { Run } from '@shared/vms/run.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { nearestVmName } from '@shared/vms/vm-name.js';
import { defaultSettings, type VmSpec } from '@shared/vms/vm-spec.js';
import type { FdEvents } from '../platform/fd-events.js';
import { isAlive, type ProcessId } from '../platform/processes.js';
import { adopt } from './adoption.js';
import { newVmId, type VmService } from './vm-service.js';

/**
 * Makes a machine of Paddock's of one that was started outside it. It goes on running under the name it has; its
 * disks stay where they are, and its next start has the same arguments, with consoles and sockets of Paddock's.
 */
export function adoptForeign(
  vms: VmService,
  events: FdEvents,
  foreign: Foreign,
  process: ProcessId,
): Promise<VmId> {
  return vms.withName(null, nearestVmName(foreign.umid) || 'adopted', async (name) => {
    const spec: VmSpec = {
      ...defaultSettings,
      version: 7,
      id: newVmId(),
      name,
      memoryMiB: memoryOfArgv(foreign.argv),
      kernelPath: readlinkSync(`/proc/${foreign.pid}/exe`).replace(/ \(deleted\)$/, ''),
      consoles: tabConsoles(consolesOfArgv(foreign.argv)),
      guestTools: false,
      disks: [],
      taken: { argv: foreign.argv, cwd: foreign.cwd },
      createdAt: new Date().toISOString(),
    };
    const run: Run = {
      number: 1,
      startedAt: foreign.startedAt,
      argv: foreign.argv,
      kernelVersion: foreign.kernelVersion,
      pid: process.pid,
      pidStartTicks: process.startTicks,
      end: null,
      place: { umid: foreign.umid, umlDir: foreign.umlDir, byArgv: foreign.argv },
    };
    try {
      mkdirSync(vms.files.folder(spec.id), { recursive: true, mode: 0o700 });
      await vms.files.saveSpec(spec);
      await vms.files.saveRun(spec.id, run);
      if (!isAlive(process)) throw failure('foreign-unknown', { id: foreign.id });
    } catch (error) {
      await vms.files.remove(spec.id);
      throw error;
    }
    const vm = vms.register(spec, 'starting');
    adopt(vms, events, vm, run);
    vm.announce();
    return spec.id;
  });
}
