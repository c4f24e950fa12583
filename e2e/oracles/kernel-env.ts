import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { hasWideXstate } from '@shared/kernels/wide-xstate.js';

/** The environment in which a person who knows how starts a kernel by hand, also on a processor with AMX. */
export function kernelEnv(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const library = resolve(import.meta.dirname, '../../out/native/wide-xstate.so');
  return hasWideXstate(readFileSync('/proc/cpuinfo', 'utf8')) ? { ...env, LD_PRELOAD: library } : env;
}
