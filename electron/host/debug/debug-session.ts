import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { keepFdsFromChildren } from '../platform/inherited-fds.js';
import type { FdEvents } from '../platform/fd-events.js';
import { Pty } from '../platform/pty.js';
import { signalProcess, startTicks, type ProcessId } from '../platform/processes.js';

/** How long a debugger may take to let go of its machine. It takes some milliseconds. */
const LET_GO_MS = 5000;

/**
 * Sees to it that a machine is never left stopped: waits for the host's word that all is well, or for the host's death,
 * which closes the pipe. Then the debugger, whose terminal is gone, lets go by itself; one that doesn't in 10 s is ended,
 * which makes Linux let go. gdb may leave behind the SIGSTOP that it stopped a running kernel with in order to take its
 * breakpoints out (seen with gdb 13 at SIGTERM and SIGHUP), so the machine is told to go on in any case.
 */
const GUARD = `read -r _ && exit 0
n=0
while kill -0 "$1" 2>/dev/null && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.1; done
kill -KILL "$1" 2>/dev/null
kill -CONT "$2"`;

/** What a session is begun with. */
export interface DebugStart {
  argv: readonly [string, ...string[]];
  /** The kernel's main process. */
  machine: ProcessId;
  size: { cols: number; rows: number } | null;
}

/** How the program ended. */
export interface DebugEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A debugging program on a terminal of its own. Whatever ends it, and whatever ends the host, the machine goes on. */
export class DebugSession {
  readonly id: ProcessId;
  /** Resolves when it is gone, has said all, and the machine goes on. */
  readonly ended: Promise<DebugEnd>;
  private readonly pty: Pty;
  private readonly child: ChildProcess;
  private readonly guard: ChildProcess;

  /** Starts it. Throws what the system says when it can't. */
  constructor(
    events: FdEvents,
    private readonly start: DebugStart,
    onOutput: (bytes: Buffer) => void,
  ) {
    this.pty = new Pty(events, onOutput, 'cooked');
    if (start.size) this.pty.resize(start.size.cols, start.size.rows);
    keepFdsFromChildren();
    // A session of its own, led by the program itself: when the host dies, that is who Linux tells (SIGHUP).
    this.child = spawn('setsid', ['--ctty', ...start.argv], {
      cwd: homeOrRoot(),
      stdio: [this.pty.slaveFd, this.pty.slaveFd, this.pty.slaveFd],
      env: debuggerEnvironment(),
    });
    const { pid } = this.child;
    this.child.on('error', () => {});
    if (pid === undefined) {
      this.pty.close();
      throw new Error('setsid (util-linux) can’t be run');
    }
    this.id = { pid, startTicks: startTicks(pid) ?? '' };
    this.guard = spawn('/bin/sh', ['-c', GUARD, 'sh', String(pid), String(start.machine.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.guard.on('error', () => {});
    this.guard.stdin?.on('error', () => {});
    this.ended = this.wait();
  }

  /** Takes what was typed. */
  type(bytes: Uint8Array): void {
    this.pty.write(bytes);
  }

  /** Gives its terminal a size. */
  resize(cols: number, rows: number): void {
    this.pty.resize(cols, rows);
  }

  /** Has it let go and end; resolves when it has. */
  async close(): Promise<void> {
    // At SIGHUP gdb takes its breakpoints out and detaches, and strace does, too. SIGTERM they may have asked to ignore.
    signalProcess(this.id, 'SIGHUP');
    const harder = setTimeout(() => signalProcess(this.id, 'SIGKILL'), LET_GO_MS);
    await this.ended;
    clearTimeout(harder);
  }

  private async wait(): Promise<DebugEnd> {
    const end = await new Promise<DebugEnd>((resolve) =>
      this.child.once('exit', (exitCode, signal) => resolve({ exitCode, signal })),
    );
    signalProcess(this.start.machine, 'SIGCONT');
    this.guard.stdin?.end('\n');
    await this.pty.drain();
    this.pty.close();
    return end;
  }
}

/** A home that can't be entered would keep it from being started. */
function homeOrRoot(): string {
  try {
    accessSync(homedir(), constants.X_OK);
    return homedir();
  } catch {
    return '/';
  }
}

/** A person's own, so that gdb finds their settings; without what would have it ask the network for symbols. */
function debuggerEnvironment(): NodeJS.ProcessEnv {
  const { HOME, PATH, USER } = process.env;
  return {
    ...(HOME === undefined ? {} : { HOME }),
    ...(USER === undefined ? {} : { USER }),
    PATH: `${PATH ?? ''}:/usr/bin:/bin`,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  };
}
