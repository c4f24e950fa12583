import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { UmlPlace } from '@shared/vms/run.js';
import { reapMachine } from '../platform/processes.js';
import { runProgram, type RunOptions } from '../platform/run-program.js';
import { kernelEnvironment } from './wide-xstate.js';

/** Ends with the host, however that ends (prctl(2), PR_SET_PDEATHSIG). */
export const WITH_HOST = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

/** How a kernel is run that is no machine of anybody's. */
export interface KernelRun extends Omit<RunOptions, 'env' | 'onExit'> {
  /** Where its sockets are, and by what its processes are found. */
  place: UmlPlace;
  /** Where its memory is. */
  memoryDir: string;
}

/**
 * Runs a kernel to its end, as `runProgram` does; nothing of it is left then. A cancel kills it: its own way of ending is
 * slow, and nothing of it is kept. What it leaves of itself is ended when its main process is: a stub that was forked while
 * that was killed stays, stopped, and holds the output open that is waited for (seen, 1 of 235).
 */
export async function runToItsEnd(
  argv: readonly [string, ...string[]],
  { place, memoryDir, ...options }: KernelRun,
): Promise<string> {
  const reap = (): void => void reapMachine(place);
  options.signal?.addEventListener('abort', reap, { once: true });
  try {
    return await runProgram(argv, {
      ...options,
      env: { ...kernelEnvironment(), TMPDIR: memoryDir, HOME: homedir() },
      onExit: reap,
    });
  } finally {
    options.signal?.removeEventListener('abort', reap);
    await reapMachine(place);
    await rm(join(place.umlDir, place.umid), { recursive: true, force: true });
  }
}
