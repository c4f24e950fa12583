import { readFileSync } from 'node:fs';

/** recvfrom(2) on x86-64. */
const SYS_RECVFROM = '45';

/**
 * True when the kernel itself says that a machine's main process waits for its management console, which it does in
 * the middle of `stop` only (mconsole_stop, arch/um/drivers/mconsole_kern.c).
 */
export function isPausedKernel(pid: number): boolean {
  return readFileSync(`/proc/${pid}/syscall`, 'utf8').split(' ')[0] === SYS_RECVFROM;
}
