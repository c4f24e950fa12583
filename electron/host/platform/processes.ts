import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Run, UmlPlace } from '@shared/vms/run.js';
import { readRecordSync } from './files.js';

/** A process, told from later ones of the same pid by when it started. */
export interface ProcessId {
  pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc(5)). */
  startTicks: string;
}

/** Start time of a living process; null for a dead one and for a zombie, which only waits for its parent. */
export function startTicks(pid: number): string | null {
  const fields = statFields(pid);
  return fields === null || fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

/** When a process of these start ticks began, to a hundredth of a second. */
export function processStartedAt(ticks: string): Date {
  const uptimeS = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  // USER_HZ, in which proc(5) tells times, is 100 on every Linux that UML runs on.
  return new Date(Date.now() - (uptimeS - Number(ticks) / 100) * 1000);
}

/** What stands behind the name in /proc/PID/stat: state, parent and so on (proc(5), from field 3 on). */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses of its own.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** The main process of a run, as it was noted down. */
export function processOf(run: Run): ProcessId {
  return { pid: run.pid ?? 0, startTicks: run.pidStartTicks ?? '' };
}

/** True while that very process lives. */
export function isAlive({ pid, startTicks: ticks }: ProcessId): boolean {
  return startTicks(pid) === ticks;
}

/**
 * All processes that belong to one machine: the kernel's main process, its I/O helpers and stubs, and the winch
 * threads, which sit in sessions of their own (facts/consoles-and-lifecycle 2). All carry the same command line,
 * so they are found by its umid and uml_dir words; or by all of it, for a machine that was started by hand.
 */
export function machineProcesses(place: UmlPlace): ProcessId[] {
  const found: ProcessId[] = [];
  const others = place.byArgv === null ? [] : otherMains(place);
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const words = wordsOf(pid);
    if (words === null || !isOf(place, words)) continue;
    if (others.length > 0 && descendsFrom(pid, others)) continue;
    const ticks = startTicks(pid);
    if (ticks !== null) found.push({ pid, startTicks: ticks });
  }
  return found;
}

/** All processes whose command line has a machine of this folder in it, by its umid: one look at all of them. */
export function processesByUmid(umlDir: string): Map<string, ProcessId[]> {
  const found = new Map<string, ProcessId[]>();
  for (const pid of readdirSync('/proc').map(Number)) {
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const words = wordsOf(pid);
    if (words === null || !words.includes(`uml_dir=${umlDir}`)) continue;
    const umid = words.find((word) => word.startsWith('umid='))?.slice('umid='.length);
    const ticks = startTicks(pid);
    if (umid !== undefined && ticks !== null)
      found.set(umid, [...(found.get(umid) ?? []), { pid, startTicks: ticks }]);
  }
  return found;
}

/** The command line of a process, word by word; null when it is gone or a kernel thread. */
export function wordsOf(pid: number): string[] | null {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return words.length > 0 ? words : null;
  } catch {
    return null;
  }
}

function isOf({ umid, umlDir, byArgv }: UmlPlace, words: readonly string[]): boolean {
  if (byArgv === null) return words.includes(`umid=${umid}`) && words.includes(`uml_dir=${umlDir}`);
  return words.length === byArgv.length && words.every((word, n) => word === byArgv[n]);
}

/** Main processes of other machines in the same folder: one without `umid=` may have the very same command line. */
function otherMains({ umid, umlDir }: UmlPlace): number[] {
  try {
    return readdirSync(umlDir)
      .filter((other) => other !== umid)
      .flatMap((other) => readPidFile({ umid: other, umlDir }) ?? []);
  } catch {
    return [];
  }
}

function descendsFrom(pid: number, ancestors: readonly number[]): boolean {
  for (let at: number | null = pid; at !== null && at > 1; at = parentOf(at)) {
    if (ancestors.includes(at)) return true;
  }
  return false;
}

function parentOf(pid: number): number | null {
  const parent = statFields(pid)?.[1];
  return parent === undefined ? null : Number(parent);
}

/** The kernel's main process, which its pid file names, if it lives; null when it is gone or the file lies. */
export function mainProcess(place: UmlPlace): ProcessId | null {
  const pid = readPidFile(place);
  return machineProcesses(place).find((process) => process.pid === pid) ?? null;
}

/** What UML wrote into `<umlDir>/<umid>/pid`. */
export function readPidFile({ umid, umlDir }: Pick<UmlPlace, 'umid' | 'umlDir'>): number | null {
  try {
    // Not only UML writes there: a folder of umids may be one that others can write to.
    const pid = Number(readRecordSync(join(umlDir, umid, 'pid')));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** Sends a signal to exactly that process; false when it is gone. */
export function signalProcess(id: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isAlive(id)) return false;
  try {
    process.kill(id.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Kills every process of this user that has something in its environment, and waits until they are gone: also daemons,
 * which left the group and the session of whoever started them.
 */
export async function reapMarked(entry: string): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    const marked = readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid !== process.pid && hasInEnvironment(pid, entry))
      .map((pid) => ({ pid, startTicks: startTicks(pid) ?? '' }))
      .filter(isAlive);
    if (marked.length === 0) return;
    for (const one of marked) signalProcess(one, 'SIGKILL');
    await delay(5);
  }
}

/** In the environment of a machine, which all that it starts inherits. */
export const MACHINE_MARK = 'PADDOCK_MACHINE';

/** What a machine is called there. */
export const machineMark = ({ umid, umlDir }: Pick<UmlPlace, 'umid' | 'umlDir'>): string =>
  join(umlDir, umid);

/**
 * Kills the programs that a machine started for its lines: terminal emulators, port-helper, in.telnetd. They don't carry
 * its command line and sit in sessions of their own, and of a kernel that is killed or panics they are left over (seen).
 * Found by the mark in their environment, or, because in.telnetd writes over its own, by the session that the kernel's
 * main process led; what they started counts, too. Returns how many there were.
 */
export function reapHelpers(place: Pick<UmlPlace, 'umid' | 'umlDir'>, mainPid: number): number {
  const mark = `${MACHINE_MARK}=${machineMark(place)}`;
  const all = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const session = String(mainPid);
  const marked = all.filter((pid) => statFields(pid)?.[3] === session || hasInEnvironment(pid, mark));
  if (marked.length === 0) return 0;
  const strays = all.filter((pid) => marked.includes(pid) || descendsFrom(pid, marked));
  // All are known before the first is killed: an orphan can't be told any more.
  const ids = strays.map((pid) => ({ pid, startTicks: startTicks(pid) ?? '' }));
  return ids.filter((id) => signalProcess(id, 'SIGKILL')).length;
}

function hasInEnvironment(pid: number, entry: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry);
  } catch {
    // Gone, or somebody else's.
    return false;
  }
}

/**
 * Kills every process of a machine and waits until they are gone, which also frees its disk locks: one left over
 * winch thread is enough to hold them. Returns how many there were.
 */
export async function reapMachine(place: UmlPlace): Promise<number> {
  let reaped = 0;
  // A stub may fork while we look: look again until none is found. Killed processes vanish within milliseconds.
  for (let round = 0; round < 200; round += 1) {
    const strays = machineProcesses(place);
    if (strays.length === 0) return reaped;
    for (const stray of strays) if (signalProcess(stray, 'SIGKILL') && round === 0) reaped += 1;
    await delay(5);
  }
  return reaped;
}
