import { CPUS_MAX, runModeSchema, type RunMode } from '@shared/kernels/run-mode.js';
import { UsageError, wholeNumber } from '../usage.js';

/** Options of `paddock vm set` about how a kernel runs. */
export const runModeOptions = {
  seccomp: { type: 'string' },
  cpus: { type: 'string' },
  'time-travel': { type: 'string' },
  arg: { type: 'string', multiple: true },
  'no-args': { type: 'boolean' },
} as const;

/** What of it is changed by them; null when nothing is. */
export function changedRunMode(
  values: { seccomp?: string; cpus?: string; 'time-travel'?: string; arg?: string[]; 'no-args'?: boolean },
  before: RunMode,
): RunMode | null {
  const { seccomp, cpus, 'time-travel': timeTravel, arg, 'no-args': noArgs } = values;
  if ([seccomp, cpus, timeTravel, arg, noArgs].every((value) => value === undefined)) return null;
  return {
    seccomp: seccomp === undefined ? before.seccomp : oneOf('seccomp', seccomp),
    cpus: cpus === undefined ? before.cpus : wholeNumber(cpus, '--cpus', 1, CPUS_MAX),
    timeTravel: timeTravel === undefined ? before.timeTravel : oneOf('timeTravel', timeTravel),
    extra: arg ?? (noArgs === true ? [] : before.extra),
  };
}

function oneOf<K extends 'seccomp' | 'timeTravel'>(name: K, word: string): RunMode[K] {
  const read = runModeSchema.shape[name].safeParse(word === 'default' ? null : word);
  if (read.success) return read.data as RunMode[K];
  throw new UsageError(
    name === 'seccomp'
      ? `--seccomp is default, on, auto or off, not ${word}`
      : `--time-travel is off, skip-idle or inf-cpu, not ${word}`,
  );
}
