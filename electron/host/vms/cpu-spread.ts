import { readdirSync, readFileSync } from 'node:fs';
import type { UmlPlace } from '@shared/vms/run.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { schedSetAffinity } from '../platform/libc.js';
import { machineProcesses } from '../platform/processes.js';

/** CPUs that a process may use, by default this one, from /proc/PID/status (`Cpus_allowed_list: 0-3,6`). */
export function allowedCpus(pid: number | 'self' = 'self'): number[] {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

/** The CPU that the fewest machines use. A UML on one CPU makes system calls several times cheaper (design.md 3). */
export function leastUsedCpu(
  inUse: readonly number[],
  cpus: readonly number[] = allowedCpus(),
): number | null {
  const count = (cpu: number): number => inUse.filter((other) => other === cpu).length;
  return [...cpus].sort((a, b) => count(a) - count(b) || a - b)[0] ?? null;
}

/** The CPU for a machine's next run; null: wherever the scheduler likes. An SMP guest on one CPU would be a lie. */
export function cpuFor(
  { pin, taken, runMode }: Pick<VmSpec, 'pin' | 'taken' | 'runMode'>,
  inUse: readonly number[],
): number | null {
  const isSmp =
    runMode.cpus > 1 ||
    (taken?.argv.some((word) => Number(/^ncpus=(\d+)$/.exec(word)?.[1] ?? 1) > 1) ?? false);
  if (pin === 'off' || isSmp) return null;
  return pin === 'auto' ? leastUsedCpu(inUse) : pin;
}

/** The one CPU that a process is kept on, or null. */
export function pinnedCpu(pid: number): number | null {
  try {
    const cpus = allowedCpus(pid);
    return cpus.length === 1 && allowedCpus().length > 1 ? (cpus[0] ?? null) : null;
  } catch {
    return null;
  }
}

/** Keeps a process, and what it forks from now on, on one CPU; null lets it run on all. That it may fail (a cpuset) harms nothing. */
export function pinToCpu(pid: number, cpu: number | null): void {
  const mask = Buffer.alloc(128);
  for (const one of cpu === null ? allowedCpus() : [cpu])
    mask.writeUInt8(mask.readUInt8(one >> 3) | (1 << (one & 7)), one >> 3);
  schedSetAffinity(pid, mask.length, mask);
}

/** The same for all processes, and their threads, of a machine that runs. */
export function pinTree(place: UmlPlace, cpu: number | null): void {
  for (const { pid } of machineProcesses(place)) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) pinToCpu(Number(thread), cpu);
    } catch {
      // It ended meanwhile.
    }
  }
}
