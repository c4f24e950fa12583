/** One kind of work that a benchmark times; as electron/native/syscall-bench.c calls it. */
interface Operation {
  title: string;
  about: string;
}

/** All of them, from the least to the most that a kernel has to do for one. */
export const operations = {
  getpid: { title: 'getpid', about: 'A system call that does nothing else.' },
  read: { title: 'read', about: 'One byte from /dev/zero.' },
  write: { title: 'write', about: 'One byte to /dev/null.' },
  'select-10': { title: 'select (10)', about: 'Asks about 10 open files.' },
  'select-100': { title: 'select (100)', about: 'Asks about 100 open files.' },
  stat: { title: 'stat', about: 'Of a file in the folder that it runs in.' },
  'open-close': { title: 'open/close', about: 'Of that file.' },
  'vfork-exec': { title: 'vfork+execve', about: 'A small static program, up to its end.' },
  'fork-exec': { title: 'fork+execve', about: 'The same by fork; by vfork where a kernel has no fork.' },
  'fork-sh': { title: 'fork+sh', about: 'The same by a shell, BusyBox’s.' },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
export const operationIds = Object.keys(operations) as [OperationId, ...OperationId[]];
