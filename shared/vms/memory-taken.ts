import type { RunEvent } from './run.js';

const MIB = 1024 * 1024;
const factor: Readonly<Record<string, number>> = { '': 1, k: 1024, m: MIB, g: 1024 * MIB };

/** Left to a guest that memory is taken from: the kernel itself would take all that it finds free (tried on 6.1 and 7.2). */
export const MEMORY_LEFT_MIB = 24;

/**
 * Bytes of a guest's memory that are taken from it, after one more event of its run: the management console's
 * `config mem=-16M` takes, `config mem=+16M` gives back, and a reboot in place gives all back (arch/um/drivers/mconsole_kern.c).
 */
export function takenAfter(taken: number, event: RunEvent): number {
  if (event.kind === 'reboot') return 0;
  if (event.kind !== 'command' || !event.ok) return taken;
  const [, sign, digits, unit = ''] = /^config mem=([+-])(\d{1,15})([kKmMgG]?)$/.exec(event.command) ?? [];
  if (sign === undefined) return taken;
  const bytes = Number(digits) * (factor[unit.toLowerCase()] ?? 1);
  return Math.max(0, sign === '-' ? taken + bytes : taken - bytes);
}

/** What of `/proc/meminfo` is free to be taken, in bytes; null for a text that doesn't say. */
export function availableBytes(meminfo: string): number | null {
  const kib = /^MemAvailable:\s+(\d{1,15}) kB$/m.exec(meminfo)?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}
