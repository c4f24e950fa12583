import { tabConsoles } from '@shared/consoles/channel.js';
import { RESCUE_CONSOLE } from '@shared/consoles/console-name.js';
import { isOrderlyStop } from '@shared/diagnostics/stop-reason.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { Run } from '@shared/vms/run.js';
import { vmIdSchema, type VmId } from '@shared/vms/vm-id.js';
import { defaultSettings, type VmSpec } from '@shared/vms/vm-spec.js';
import { ConsoleLog } from '../consoles/console-log.js';
import { consolesIn } from '../consoles/log-segments.js';
import type { FdEvents } from '../platform/fd-events.js';
import { log } from '../platform/log.js';
import { isAlive, mainProcess, processOf, reapMachine, wordsOf } from '../platform/processes.js';
import { adopt } from './adoption.js';
import { readRunEvents, RunEvents } from './run-events.js';
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
  // One that is being worked on, mended perhaps, is left to that.
  const broken = [...vms.records.values()].filter((vm) => vm.state === 'broken' && vm.held === null);
  for (const { spec } of broken) {
    vms.records.delete(spec.id);
    await loadFolder(vms, events, spec.id);
  }
}

async function loadMachine(vms: VmService, events: FdEvents, spec: VmSpec): Promise<void> {
  const { files } = vms;
  const runs = await files.loadRuns(spec.id);
  const last = await withProcess(vms, spec, runs.at(-1) ?? null);
  const adopted = last !== null && last.end === null && isAlive(processOf(last)) && isItsOwn(vms, spec, last);
  if (last !== null && last.end === null && !adopted) {
    // Somebody may have started it anew since, by the same command line: that one is not a leftover of ours.
    if (mainProcess(files.place(spec, last)) === null) await reapMachine(files.place(spec, last));
    files.removeOwnFolder(spec.id);
    last.end = { at: new Date().toISOString(), exitCode: null, signal: null, reason: { code: 'unseen' } };
    await files.saveRun(spec.id, last);
  }
  const vm = vms.register(spec, stateAfter(last, adopted));
  for (const run of runs) {
    for (const console of consolesIn(files.runFolder(spec.id, run.number))) {
      const path = files.consoleLog(spec.id, run.number, console);
      // The rescue console of a run that goes on is opened anew.
      const isSkipped = console === RESCUE_CONSOLE && adopted && run === last;
      if (!isSkipped) vm.track(console).add({ run, log: new ConsoleLog(path, { write: false }) });
    }
  }
  vm.run = last;
  await vms.runs.refreshLayer(vm);
  if (adopted) adopt(vms, events, vm, last);
  else {
    if (last !== null) {
      const kept = readRunEvents(files.events(spec.id, last.number));
      vm.beginRun(last, new RunEvents(files.events(spec.id, last.number), kept.length), kept);
    }
    if (vm.layer === null && spec.disks.some(({ kind }) => kind === 'layer'))
      vm.happen('break', vm.problem?.code ?? 'no layer');
  }
  vm.announce();
}

/** A folder that was copied while its machine ran says that the original's process is the copy's: it would be ended as such. */
function isItsOwn(vms: VmService, spec: VmSpec, { pid, pidStartTicks, place }: Run): boolean {
  const isAnothers = [...vms.records.values()].some(
    ({ run }) => run?.end === null && run.pid === pid && run.pidStartTicks === pidStartTicks,
  );
  if (isAnothers || pid === null) return false;
  return place !== null || wordsOf(pid)?.includes(`umid=${spec.name}`) === true;
}

/** A host that was killed in the middle of a start had no time to note the process down; UML itself did. */
async function withProcess(vms: VmService, spec: VmSpec, run: Run | null): Promise<Run | null> {
  if (run === null || run.end !== null || run.pid !== null) return run;
  const process = mainProcess(vms.files.place(spec, run));
  if (process === null) return run;
  Object.assign(run, { pid: process.pid, pidStartTicks: process.startTicks });
  await vms.files.saveRun(spec.id, run);
  return run;
}

function stateAfter(last: Run | null, adopted: boolean): VmRecord['state'] {
  if (adopted) return 'starting';
  if (last?.end == null) return 'defined';
  return isOrderlyStop(last.end.reason) || last.end.reason.code === 'unseen' ? 'stopped' : 'crashed';
}

/** Stands for a machine whose spec can't be read, so that it is listed and can be deleted. */
function placeholder(id: VmSpec['id']): VmSpec {
  return {
    version: 7,
    id,
    name: `unreadable-${id}`,
    memoryMiB: 64,
    kernelPath: '/',
    consoles: tabConsoles(1),
    guestTools: false,
    disks: [],
    createdAt: new Date(0).toISOString(),
    ...defaultSettings,
  };
}

/** The folders of all runs that are over and can be read: what is in them doesn't change any more. */
export function endedRunFolders(vms: VmService): string[] {
  const logs = [...vms.records.values()].flatMap((vm) => [...vm.tracks.values()].flatMap(({ runs }) => runs));
  return [...new Set(logs.filter(({ run }) => run.end !== null).map(({ log: { folder } }) => folder))];
}
