import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH_PROGRAM } from '@shared/benchmarks/guest-command-line.js';
import { failure } from '@shared/errors/paddock-error.js';

/** Where it is: built beside the host in a checkout, in the resources of a package (as wide-xstate.so). */
const places = ['../native', '../../../native', '../../../out/native'].map((place) =>
  join(import.meta.dirname, place, BENCH_PROGRAM),
);

/** Path of the program that measures. Throws Failure `benchmark-program-missing`. */
export function benchProgram(): string {
  const path = places.find((place) => existsSync(place));
  if (path === undefined) throw failure('benchmark-program-missing', {});
  return path;
}
