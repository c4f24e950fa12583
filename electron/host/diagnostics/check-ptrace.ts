import { readFileSync } from 'node:fs';
import type { Check } from './diagnostics.js';

/** UML runs its guest's programs by tracing them; Yama's scope 3 forbids that even to a parent (Documentation/admin-guide/LSM/Yama). */
export const ptraceCheck: Check = {
  id: 'ptrace',
  title: 'ptrace',
  look: async () => {
    let scope = 0;
    try {
      scope = Number(readFileSync('/proc/sys/kernel/yama/ptrace_scope', 'utf8'));
    } catch {
      // No Yama in this kernel: nothing restricts it.
    }
    if (scope === 3) {
      return {
        level: 'error',
        text: 'kernel.yama.ptrace_scope is 3: no program may trace another, and this can only be changed by a reboot',
        fixCommand: null,
      };
    }
    return { level: 'ok', text: 'a program may trace its own children', fixCommand: null };
  },
};
