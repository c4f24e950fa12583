import { readFileSync } from 'node:fs';
import { schedSetAffinity } from '../platform/libc.js';

/** CPUs that this process may use, from /proc/self/status (`Cpus_allowed_list: 0-3,6`). */
export function allowedCpus(): number[] {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
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

/** Keeps a process, and what it forks from now on, on one CPU. That it may fail (a cpuset) harms nothing. */
export function pinToCpu(pid: number, cpu: number): void {
  const mask = Buffer.alloc(128);
  mask.writeUInt8(1 << (cpu & 7), cpu >> 3);
  schedSetAffinity(pid, mask.length, mask);
}
