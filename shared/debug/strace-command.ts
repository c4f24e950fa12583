import type { StraceFilter } from './debug-tool.js';

/** What strace(1) calls the system calls of a choice. UML does its disks with pread64 and pwrite64. */
const traced: Readonly<Record<StraceFilter, string | null>> = {
  all: null,
  files: '%file,%desc',
  network: '%network',
};

/**
 * Traces the system calls of a kernel's own threads. Without -f: what the kernel starts for its guest's programs is
 * traced by itself, and a process has one tracer only.
 */
export function straceArgv(threads: readonly number[], filter: StraceFilter): [string, ...string[]] {
  const expression = traced[filter];
  return [
    'strace',
    '-tt',
    ...(expression === null ? [] : ['-e', `trace=${expression}`]),
    ...threads.flatMap((thread) => ['-p', String(thread)]),
  ];
}
