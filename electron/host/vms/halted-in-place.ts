import { readFileSync } from 'node:fs';

/** recvfrom(2) on x86-64. */
const SYS_recvfrom = '45';

/**
 * True when a kernel was halted by mconsole's `stop`: then, and only then, its main process waits in recvfrom for the
 * next command (mconsole_stop, arch/um/drivers/mconsole_kern.c; seen on 6.1: /proc/PID/syscall begins with 45, while an
 * idle kernel shows -1). The one trace there is: the management console itself answers the same either way.
 */
export function isHaltedInPlace(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/syscall`, 'utf8').split(' ')[0] === SYS_recvfrom;
  } catch {
    return false;
  }
}
