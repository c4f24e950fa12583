import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasWideXstate } from '@shared/kernels/wide-xstate.js';

/** Where the library is: built beside the host in a checkout, in the resources of a package (as bin/paddock finds both). */
const places = ['../native', '../../../native', '../../../out/native'].map((place) =>
  join(import.meta.dirname, place, 'wide-xstate.so'),
);

/** True on a processor that kernels before 6.13 need the library on. */
export const needsWideXstate = hasWideXstate(readFileSync('/proc/cpuinfo', 'utf8'));

/** Path of the library that lets them run there; null when this Paddock was built without it. */
export function wideXstateLibrary(): string | null {
  return places.find((path) => existsSync(path)) ?? null;
}

/**
 * What a UML kernel's environment must have to run on this processor: nothing on most. Newer kernels don't mind it, and
 * statically linked ones don't see it.
 */
export function kernelEnvironment(): Readonly<Record<string, string>> {
  const library = needsWideXstate ? wideXstateLibrary() : null;
  return library === null ? {} : { LD_PRELOAD: library };
}
