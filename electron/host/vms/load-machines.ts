import { existsSync } from 'node:fs';
import { isOrderlyStop } from '@shared/diagnostics/stop-reason.js';
import { failure } from '@shared/errors/paddock-error.js';
import { vmIdSchema, type VmId, type VmSpec } from '@shared/vms/vm-spec.js';
import type { Run } from '@shared/vms/run.js';
import { ConsoleLog } from '../consoles/console-log.js';
import { DatagramSocket } from '../platform/datagram-socket.js';
import type { FdEvents } from '../platform/fd-events.js';
import { closeFd, pidfdOpen } from '../platform/libc.js';
import { log } from '../platform/log.js';
import { isAlive, reapMachine } from '../platform/processes.js';
import { parseNotification } from '@shared/mconsole/mconsole-protocol.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

/**
 * Brings back every machine that is on disk. One that still runs, because it outlived its host, is adopted: it can
 * be watched, stopped and started again; its consoles were lost with the host that held them. One that ended unseen
 * is cleaned up after. One whose files are damaged is listed as broken, with the reason.
 */
export async function loadMachines(vms: VmService, events: FdEvents): Promise<void> {
  for (const folder of await vms.files.ids()) await loadFolder(vms, events, vmIdSchema.parse(folder));
}

async function loadFolder(vms: VmService, events: FdEvents, id: VmId): Promise<void> {
  const spec = await vms.files.loadSpec(id);
  const why = spec.ok ? whyNotOurs(vms, id, spec.value) : spec.why;
  try {
    if (spec.ok && why === null) return await loadMachine(vms, events, spec.value);
  } catch (error) {
    log('error', 'machine can’t be loaded', { id, error: (error as Error).stack });
    return listBroken(vms, id, (error as Error).message);
  }
  listBroken(vms, id, why ?? '');
}

/** A folder that was copied by hand has the name, and so the umid, of another machine: starting it would end that one. */
function whyNotOurs(vms: VmService, id: VmId, spec: VmSpec): string | null {
  if (spec.id !== id) return 'its id is not that of its folder';
  const isTaken = [...vms.records.values()].some((vm) => vm.spec.id !== id && vm.spec.name === spec.name);
  return isTaken ? `another machine is called ${spec.name}` : null;
}

function listBroken(vms: VmService, id: VmId, why: string): void {
  log('error', 'machine is broken', { id, why });
  const vm = vms.register(placeholder(id), 'broken');
  vm.problem = failure('argument-invalid', { what: `${vms.files.folder(id)}/vm.json`, why }).error;
  vm.announce();
}

/** Looks again at machines that were broken; those whose files are whole again can be started. */
export async function recheckBroken(vms: VmService, events: FdEvents): Promise<void> {
  const broken = [...vms.records.values()].filter((vm) => vm.state === 'broken');
  for (const { spec } of broken) {
    vms.records.delete(spec.id);
    await loadFolder(vms, events, spec.id);
  }
}

async function loadMachine(vms: VmService, events: FdEvents, spec: VmSpec): Promise<void> {
  const runs = await vms.files.loadRuns(spec.id);
  const last = runs.at(-1) ?? null;
  const adopted = last !== null && last.end === null && last.pid !== null && isAlive(processOf(last));
  if (last !== null && last.end === null && !adopted) {
    await reapMachine(spec.name, vms.files.umlDir);
    last.end = { at: new Date().toISOString(), exitCode: null, signal: null, reason: { code: 'unseen' } };
    await vms.files.saveRun(spec.id, last);
  }
  const vm = vms.register(spec, stateAfter(last, adopted));
  for (const run of runs) {
    vm.tracks.forEach((track, n) =>
      track.add({ run, log: new ConsoleLog(vms.files.consoleLog(spec.id, run.number, n), { write: false }) }),
    );
  }
  vm.run = last;
  await vms.runs.refreshLayer(vm);
  if (adopted) adopt(vms, events, vm, last);
  else if (vm.layer === null) vm.happen('break', vm.problem?.code ?? 'no layer');
  vm.announce();
}

function stateAfter(last: Run | null, adopted: boolean): VmRecord['state'] {
  if (adopted) return 'starting';
  if (last?.end == null) return 'defined';
  return isOrderlyStop(last.end.reason) || last.end.reason.code === 'unseen' ? 'stopped' : 'crashed';
}

function adopt(vms: VmService, events: FdEvents, vm: VmRecord, run: Run): void {
  vm.adopted = true;
  const path = vms.files.notifySocket(vm.spec.name);
  // The old host's socket file is dead; the kernel sends by path, so a new one there is heard.
  const notify = new DatagramSocket(
    events,
    path,
    (bytes) => {
      const said = parseNotification(bytes);
      if (said?.kind === 'panic') vm.panic = said.text;
      // It was booting when its host died.
      if (said?.kind === 'socket') vms.runs.cameUp(vm, said.path);
    },
    { replace: true },
  );
  const process = processOf(run);
  const pidfd = pidfdOpen(process.pid);
  const ended = async (): Promise<void> => {
    notify.close();
    await reapMachine(vm.spec.name, vms.files.umlDir);
    // Not our child: nobody tells its exit code. What was asked of it says most of it.
    await vms.runs.ended(vm, vm.asked === null ? null : 0, null);
  };
  if (pidfd < 0 || !isAlive(process)) return void ended();
  events.onReadable(pidfd, () => {
    events.remove(pidfd);
    closeFd(pidfd);
    void ended();
  });
  if (existsSync(vms.files.mconsoleSocket(vm.spec.name)))
    vms.runs.cameUp(vm, vms.files.mconsoleSocket(vm.spec.name));
  vms.runs.watchLayer(vm);
  log('info', 'adopted', { name: vm.spec.name, pid: run.pid });
}

const processOf = (run: Run): { pid: number; startTicks: string } => ({
  pid: run.pid ?? 0,
  startTicks: run.pidStartTicks ?? '',
});

/** Stands for a machine whose spec can't be read, so that it is listed and can be deleted. */
function placeholder(id: VmSpec['id']): VmSpec {
  return {
    version: 1,
    id,
    name: `unreadable-${id}`,
    memoryMiB: 64,
    kernelPath: '/',
    consoles: 1,
    disk: { imageId: 'unknown', basePath: '/', layerFile: 'disk.cow' },
    createdAt: new Date(0).toISOString(),
  };
}
