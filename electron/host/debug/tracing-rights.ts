import { readFileSync } from 'node:fs';
import { failure } from '@shared/errors/paddock-error.js';
import { runProgram } from '../platform/run-program.js';
import { sysctl } from '../platform/sysctl.js';

const LIMIT_MS = 5000;

/** Who traces a process now; null when nobody does, or it is gone. */
export function tracerOf(pid: number): { pid: number; name: string } | null {
  try {
    const tracer = Number(/^TracerPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    if (!(tracer > 0)) return null;
    return { pid: tracer, name: readFileSync(`/proc/${tracer}/comm`, 'utf8').trim() };
  } catch {
    return null;
  }
}

/**
 * Whether a program that this one starts may trace a machine, tried by one: opening /proc/PID/mem takes the very right
 * that attaching does (proc(5)). Not by the host itself, which as the parent of the machine has more rights than a
 * debugger, its sibling (Yama). Throws Failure `debug-forbidden`, with why and what helps.
 */
export async function demandTracing(name: string, pid: number): Promise<void> {
  try {
    await runProgram(['dd', `if=/proc/${pid}/mem`, 'of=/dev/null', 'count=0', 'status=none'], {
      timeoutMs: LIMIT_MS,
    });
  } catch {
    throw failure('debug-forbidden', { name, ...whyNot() });
  }
}

function whyNot(): { why: string; fix: string } {
  const scope = sysctl('kernel.yama.ptrace_scope') ?? 0;
  if (scope === 3)
    return {
      why: 'kernel.yama.ptrace_scope is 3, so no program may attach to another until the next boot',
      fix: 'As root: echo kernel.yama.ptrace_scope=0 > /etc/sysctl.d/60-paddock.conf, then boot this computer again.',
    };
  if (scope > 0)
    return {
      why: `kernel.yama.ptrace_scope is ${scope}, so a program may attach to ${scope === 1 ? 'its own children only' : 'nothing without a privilege'}`,
      fix: 'As root, until the next boot: sysctl -w kernel.yama.ptrace_scope=0. Any program of yours may then look into any other of yours.',
    };
  return {
    why: 'the kernel refuses it, as it does in containers without the capability SYS_PTRACE and for processes of others',
    fix: 'In a container, add the capability: docker run --cap-add SYS_PTRACE.',
  };
}
