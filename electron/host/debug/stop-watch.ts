import { readFileSync } from 'node:fs';
import { isAlive, type ProcessId } from '../platform/processes.js';

/** How often a machine that a debugger is attached to is looked at; nothing tells of it. */
const LOOK_MS = 250;

/** Tells when a debugger stops a machine's kernel and lets it go on, and that the kernel is gone. */
export class StopWatch {
  private readonly timer: NodeJS.Timeout;
  private before = '';
  private isStopped = false;

  constructor(
    private readonly machine: ProcessId,
    private readonly onChange: (isStopped: boolean) => void,
    private readonly onGone: () => void,
  ) {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (!isAlive(this.machine)) {
      this.close();
      return this.onGone();
    }
    const now = stopOf(this.machine.pid);
    // Each signal that goes through to a traced process stops it for a moment: stopped is one that was so before, too,
    // and has not run since.
    const isStopped = now !== null && now === this.before;
    this.before = now ?? '';
    if (isStopped === this.isStopped) return;
    this.isStopped = isStopped;
    this.onChange(isStopped);
  }
}

/** How often a process that its tracer has stopped ran so far; null while it runs. */
function stopOf(pid: number): string | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (!/^State:\tt/m.test(status)) return null;
    return [...status.matchAll(/ctxt_switches:\t(\d+)/g)].map(([, count]) => count).join(' ');
  } catch {
    return null;
  }
}
