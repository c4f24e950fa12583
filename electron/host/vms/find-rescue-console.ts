import { setTimeout as delay } from 'node:timers/promises';
import { RESCUE_CONSOLE } from '@shared/consoles/console-name.js';
import { spareConsole } from '@shared/vms/wiring.js';
import { ConsoleLog } from '../consoles/console-log.js';
import { log } from '../platform/log.js';
import { processOf } from '../platform/processes.js';
import { RescueConsole } from './rescue-console.js';
import { isConfined, type VmFiles } from './vm-files.js';
import type { VmRecord } from './vm-record.js';

/** A guest that was booting when its host died opens its spare console later; nothing tells when. */
const LOOK_AGAIN_MS = [0, 500, 1000, 2000, 4000, 8000, 16_000];
/** A kernel that has just restarted in place is let alone for so long: it has nothing to show yet. */
const AFTER_REBOOT_MS = 1000;

/** Looks for the spare console of an adopted machine until it is there, and opens it. */
export async function findRescueConsole(
  files: VmFiles,
  vm: VmRecord,
  when: 'adopted' | 'after a reboot',
): Promise<void> {
  const { run } = vm;
  if (run === null) return;
  // A guest that restarts in place opens another one: this is then looked for, and what was open is nobody's.
  vm.rescueConsole?.close();
  vm.rescueConsole = null;
  const looking = { state: 'looking' } as const;
  vm.rescue = looking;
  const isOver = (): boolean => vm.run?.number !== run.number || vm.run.end !== null || vm.rescue !== looking;
  if (when === 'after a reboot') await delay(AFTER_REBOOT_MS, undefined, { ref: false });
  const candidates = candidatesOf(vm);
  for (const wait of LOOK_AGAIN_MS) {
    await delay(wait, undefined, { ref: false });
    if (isOver()) return;
    for (const name of candidates) {
      const device = await deviceOf(vm, name);
      if (isOver()) return;
      if (device === null || !open(files, vm, run, device)) continue;
      vm.rescue = { state: 'ready', device };
      vm.announce();
      return;
    }
  }
  vm.rescue = { state: 'none', reason: noneReason(candidates) };
  vm.announce();
}

function candidatesOf(vm: VmRecord): string[] {
  if (vm.run?.place != null) return [...Array.from({ length: 8 }, (_, n) => `con${n}`), 'ssl0', 'ssl1'];
  const spare = spareConsole(vm.spec);
  return spare === null ? [] : [spare];
}

function noneReason(candidates: readonly string[]): string {
  return candidates.length === 0
    ? 'All 16 consoles of it are in use, so it has no spare one.'
    : 'Its guest has no login on a spare console (a getty on a “pts” line).';
}

/** The slave's path, once the guest has opened that console. */
async function deviceOf(vm: VmRecord, name: string): Promise<string | null> {
  try {
    const said = (await vm.mconsole?.call(`config ${name}`)) ?? '';
    const device = /^pts:(\/dev\/pts\/\d+)$/.exec(said.trim())?.[1] ?? null;
    // A confined machine has pseudo terminals of its own (confine.sh).
    if (device === null || !isConfined(vm.spec, vm.run)) return device;
    return `/proc/${vm.run?.pid}/root${device.replace('/dev/pts', '/dev/own-pts')}`;
  } catch {
    return null;
  }
}

function open(files: VmFiles, vm: VmRecord, run: NonNullable<VmRecord['run']>, device: string): boolean {
  try {
    vm.rescueConsole = new RescueConsole(device, processOf(run), (bytes) => vm.output(RESCUE_CONSOLE, bytes));
  } catch (error) {
    log('warn', 'rescue console', { name: vm.spec.name, device, error: (error as Error).message });
    return false;
  }
  const path = files.consoleLog(vm.spec.id, run.number, RESCUE_CONSOLE);
  const track = vm.track(RESCUE_CONSOLE);
  if (track.newestRun !== run.number) track.add({ run, log: new ConsoleLog(path, { write: true }) });
  return true;
}
