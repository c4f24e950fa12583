import { HELPER_WORD, quietWords } from '../kernels/helper-words.js';
import { diskWord, noDiskFlags } from '../layers/disk.js';
import type { KernelMode } from './target.js';

/** The program's name, in the folder that is the guest's root. */
export const BENCH_PROGRAM = 'syscall-bench';

/** Where a guest of a benchmark is. */
export interface BenchGuest {
  kernelPath: string;
  mode: KernelMode;
  umid: string;
  umlDir: string;
  /** A disk whose only program measures. */
  disk: string;
  memoryMiB: number;
}

/**
 * The argv of a guest that measures as its init, and powers off. It is on ext4 of a disk, as a machine's programs are:
 * hostfs would measure this computer's files, too.
 */
export function benchCommandLine(guest: BenchGuest, words: readonly string[]): [string, ...string[]] {
  const flags = { ...noDiskFlags, readOnly: true };
  return [
    guest.kernelPath,
    `umid=${guest.umid}`,
    `uml_dir=${guest.umlDir}`,
    `mem=${guest.memoryMiB}M`,
    diskWord({ unit: 0, path: guest.disk, base: null, serial: null, flags }),
    'root=/dev/ubda',
    'rootfstype=ext4',
    'ro',
    ...quietWords,
    ...(guest.mode === null ? [] : [`seccomp=${guest.mode}`]),
    HELPER_WORD,
    `init=/${BENCH_PROGRAM}`,
    '--',
    ...words,
  ];
}
