import { existsSync } from 'node:fs';
import { log } from '../platform/log.js';
import { signalProcess, type ProcessId } from '../platform/processes.js';
import { takesInterrupts } from './kernel-readiness.js';

/** A kernel that restarts in place is in its boot again within a second; a busy computer gets this long. */
const LIMIT_MS = 15_000;

/**
 * Watches over a reboot in place, which UML fails at now and then: one in 25 ends with an abort, and one that is
 * disturbed early hangs in an endless SIGSEGV (docs/decisions/0014). One that hangs is ended here; whoever sees the
 * end knows from `isUnderWay` what it was.
 */
export class RebootWatch {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly kernel: ProcessId,
    private readonly mconsoleSocket: string,
  ) {}

  /** A reboot began, or so somebody says, and has not yet been seen to succeed or fail. */
  get isUnderWay(): boolean {
    return this.timer !== null;
  }

  /** A reboot was asked for, or the guest says that it begins one. Not believed: only a kernel without interrupts or without its socket is ended. */
  began(): void {
    this.timer ??= setTimeout(() => {
      if (!takesInterrupts(this.kernel.pid) || !existsSync(this.mconsoleSocket)) {
        log('warn', 'reboot in place hangs', { pid: this.kernel.pid });
        // Stays under way until its end is seen.
        signalProcess(this.kernel, 'SIGKILL');
      } else this.timer = null;
    }, LIMIT_MS);
  }

  /** The kernel announced itself again, or is gone. */
  over(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
