import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process, told from later ones of the same pid by when it started. */
export interface ProcessId {
  pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc(5)). */
  startTicks: string;
}

/** Start time of a living process; null for a dead one and for a zombie, which only waits for its parent. */
export function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** True while that very process lives. */
export function isAlive({ pid, startTicks: ticks }: ProcessId): boolean {
  return startTicks(pid) === ticks;
}

/**
 * All processes that belong to one machine: the kernel's main process, its I/O helpers and stubs, and the winch
 * threads, which sit in sessions of their own (facts/consoles-and-lifecycle 2). All carry the same command line,
 * so they are found by its umid and uml_dir words.
 */
export function machineProcesses(umid: string, umlDir: string): ProcessId[] {
  const found: ProcessId[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    let words: string[];
    try {
      words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    } catch {
      continue;
    }
    if (!words.includes(`umid=${umid}`) || !words.includes(`uml_dir=${umlDir}`)) continue;
    const ticks = startTicks(pid);
    if (ticks !== null) found.push({ pid, startTicks: ticks });
  }
  return found;
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
 * Kills every process of a machine and waits until they are gone, which also frees its disk locks: one left over
 * winch thread is enough to hold them. Returns how many there were.
 */
export async function reapMachine(umid: string, umlDir: string): Promise<number> {
  let reaped = 0;
  // A stub may fork while we look: look again until none is found. Killed processes vanish within milliseconds.
  for (let round = 0; round < 200; round += 1) {
    const strays = machineProcesses(umid, umlDir);
    if (strays.length === 0) return reaped;
    for (const stray of strays) if (signalProcess(stray, 'SIGKILL') && round === 0) reaped += 1;
    await delay(5);
  }
  return reaped;
}
