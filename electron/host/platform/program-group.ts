import { spawn, type ChildProcess } from 'node:child_process';

/** Kills a group when what it reads from ends without a word: whoever held the other end was killed. */
const GUARD = 'read -r _ || kill -s KILL -- "-$1"';

/** How a group is to end. */
interface GroupEnd {
  signal?: AbortSignal;
  timeoutMs: number;
  killAfterMs: number;
}

/**
 * The process group that a program leads: all that it starts, also in user namespaces, unless it asks for a session of
 * its own. It is told of a cancel and of the time limit, killed when it doesn't heed that, and killed when this process
 * is, which a small shell watches over: nothing is left that nobody waits for.
 */
export class ProgramGroup {
  private readonly limit: NodeJS.Timeout;
  private readonly guard: ChildProcess;
  private killing: NodeJS.Timeout | null = null;

  constructor(
    private readonly leader: number,
    private readonly how: GroupEnd,
  ) {
    this.limit = setTimeout(this.tell, how.timeoutMs);
    how.signal?.addEventListener('abort', this.tell, { once: true });
    // In a group of its own: what is typed at this process's terminal must not end it first.
    this.guard = spawn('/bin/sh', ['-c', GUARD, 'sh', String(leader)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.guard.on('error', () => {});
    this.guard.stdin?.on('error', () => {});
  }

  /** The program has ended, and so does all that is left of its group. */
  end(): void {
    clearTimeout(this.limit);
    if (this.killing !== null) clearTimeout(this.killing);
    this.how.signal?.removeEventListener('abort', this.tell);
    this.send('SIGKILL');
    this.guard.stdin?.end('\n');
  }

  private readonly tell = (): void => {
    if (this.killing !== null) return;
    this.send('SIGTERM');
    // The first process of a pid namespace hears nothing else (pid_namespaces(7)).
    this.killing = setTimeout(() => this.send('SIGKILL'), this.how.killAfterMs);
  };

  private send(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.leader, signal);
    } catch {
      // They are all gone.
    }
  }
}
