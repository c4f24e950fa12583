import { readFileSync } from 'node:fs';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { memoryFolder } from '../vms/start-checks.js';
import { byCommand, type Check, type Finding } from './diagnostics.js';
import { umlEarlyChecks } from './uml-early-checks.js';

const YAMA = '/proc/sys/kernel/yama/ptrace_scope';

/** UML runs its guest's programs by tracing them: tried by a real kernel. */
export const ptraceCheck = (kernels: KernelService): Check => ({
  id: 'ptrace',
  title: 'ptrace',
  applies: () => true,
  check: async () => {
    const reason = await umlEarlyChecks(kernels, memoryFolder(null));
    const scope = yamaScope();
    if (reason?.code === 'ptrace-forbidden') return forbidden(scope);
    if (reason === null) {
      if (scope >= 2) return forbidden(scope);
      return { level: 'ok', text: 'nothing forbids it; there is no kernel to try it with', fixes: [] };
    }
    // A memory folder that won't do ends it later than ptrace, and has a check of its own.
    const isPast = reason.code === 'memory-too-small' || reason.code.startsWith('memory-file-');
    if (isPast) return { level: 'ok', text: 'a kernel traced a child of its own', fixes: [] };
    return {
      level: 'warn',
      text: `a kernel that was to try it ended otherwise: ${stopReasonText(reason).sentence}`,
      fixes: [],
    };
  },
  fixes: {},
});

/** 0 to 3 (Documentation/admin-guide/LSM/Yama.rst): from 2 on it takes a privilege, and 3 lasts until the next boot. */
function yamaScope(): number {
  try {
    return Number(readFileSync(YAMA, 'utf8'));
  } catch {
    // No Yama in this kernel: nothing of it restricts anybody.
    return 0;
  }
}

function forbidden(scope: number): Finding {
  const lost = 'No machine can run.';
  if (scope === 3)
    return {
      level: 'error',
      text: `kernel.yama.ptrace_scope is 3: no program may trace another until the next boot. ${lost}`,
      fixes: byCommand(
        'As root, then boot this computer',
        'echo kernel.yama.ptrace_scope=1 > /etc/sysctl.d/60-paddock.conf',
      ),
    };
  if (scope === 2)
    return {
      level: 'error',
      text: `kernel.yama.ptrace_scope is 2: only a privileged program may trace another. ${lost}`,
      fixes: byCommand(
        'Allow it for a program’s own children, as root',
        'sysctl -w kernel.yama.ptrace_scope=1',
      ),
    };
  return {
    level: 'error',
    text: `programs may not trace their children here. ${lost} In a container the capability SYS_PTRACE allows it (docker run --cap-add SYS_PTRACE).`,
    fixes: [],
  };
}
