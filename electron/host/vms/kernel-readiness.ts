import { readFileSync } from 'node:fs';

/** SIGALRM (14) and SIGIO (29), as bits of a signal mask. */
const ALRM_AND_IO = (1n << 13n) | (1n << 28n);

/**
 * True when a kernel has set up its interrupts and can take a SIGIO. Before it has its handler the signal kills it,
 * and between that and the set-up of its interrupts it falls into an endless SIGSEGV (docs/decisions/0014). The handler
 * of SIGALRM comes with its timer, after both (time_init, init/main.c), so a process that catches both is ready; a
 * reboot in place, which is an exec, takes both away again.
 */
export function takesInterrupts(pid: number): boolean {
  try {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (BigInt(`0x${caught ?? '0'}`) & ALRM_AND_IO) === ALRM_AND_IO;
  } catch {
    return false;
  }
}
