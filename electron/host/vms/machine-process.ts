import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseNotification } from '@shared/mconsole/mconsole-protocol.js';
import { InputPacer } from '../consoles/input-pacer.js';
import { DatagramSocket } from '../platform/datagram-socket.js';
import type { FdEvents } from '../platform/fd-events.js';
import { keepFdsFromChildren } from '../platform/inherited-fds.js';
import { reapMachine, startTicks, type ProcessId } from '../platform/processes.js';
import { Pty } from '../platform/pty.js';
import { pinToCpu } from './cpu-spread.js';
import { Nudger } from './nudger.js';

/** What a start needs besides its argv. */
export interface MachineStart {
  argv: readonly string[];
  umid: string;
  umlDir: string;
  notifySocket: string;
  consoles: number;
  cpu: number | null;
  memoryDir: string;
  homeDir: string;
}

/** What a machine's process has to say. */
export interface MachineListener {
  onOutput(console: number, bytes: Buffer): void;
  /** The kernel announced its control socket at this path. */
  onUp(mconsolePath: string): void;
  onPanic(text: string): void;
  /** It is gone, with all its strays, and every byte of its consoles was delivered. */
  onEnd(exitCode: number | null, signal: NodeJS.Signals | null): void;
}

/** The process of one run, with the far ends of its consoles. */
export class MachineProcess {
  readonly id: ProcessId;
  private readonly child: ChildProcess;
  private readonly ptys: Pty[];
  private readonly pacers: InputPacer[];
  private readonly nudger: Nudger;
  private readonly notify: DatagramSocket;

  /** Starts it. Throws what the system says when it can't. */
  constructor(
    events: FdEvents,
    private readonly start: MachineStart,
    private readonly listener: MachineListener,
  ) {
    // What a dead machine of this name left: UML would take a random umid if the pid in there lives again.
    rmSync(join(start.umlDir, start.umid), { recursive: true, force: true });
    mkdirSync(dirname(start.notifySocket), { recursive: true, mode: 0o700 });
    this.notify = new DatagramSocket(events, start.notifySocket, (bytes) => this.notified(bytes), {
      replace: true,
    });
    this.ptys = Array.from(
      { length: start.consoles },
      (_, console) =>
        new Pty(events, (bytes) => {
          // The first kernel line on a console proves that the handler is there, also without a notify socket.
          if (bytes.includes('Linux version')) this.nudger.enable();
          this.nudger.activity();
          this.pacers[console]?.output();
          listener.onOutput(console, bytes);
        }),
    );
    this.pacers = this.ptys.map(
      (pty) =>
        new InputPacer((bytes) => {
          pty.write(bytes);
          this.nudger.activity();
        }),
    );
    const slaves = this.ptys.map((pty) => pty.slaveFd);
    const [program, ...args] = start.argv as [string, ...string[]];
    // stdout and stderr are con0, too: what UML prints before its console is up belongs to the same story.
    const stdin = openSync('/dev/null', 'r');
    keepFdsFromChildren();
    this.child = spawn(program, args, {
      cwd: '/',
      detached: true,
      stdio: [stdin, slaves[0] ?? 'ignore', slaves[0] ?? 'ignore', ...slaves],
      // UML takes its memory folder from TMPDIR, its libraries from nowhere else: nothing more is handed on.
      env: { PATH: '/usr/bin:/bin', HOME: start.homeDir, TMPDIR: start.memoryDir, LANG: 'C.UTF-8' },
    });
    closeSync(stdin);
    const { pid } = this.child;
    if (pid === undefined) {
      this.child.once('error', () => {});
      this.closeAll();
      throw new Error('the kernel could not be run');
    }
    if (start.cpu !== null) pinToCpu(pid, start.cpu);
    this.id = { pid, startTicks: startTicks(pid) ?? '' };
    this.nudger = new Nudger(() => this.child.kill('SIGIO'));
    this.child.once('exit', (code, signal) => void this.ended(code, signal));
  }

  /** Types into a console. */
  type(console: number, bytes: Uint8Array): void {
    this.pacers[console]?.type(bytes);
  }

  /** Gives a console a size. */
  resize(console: number, cols: number, rows: number): void {
    this.ptys[console]?.resize(cols, rows);
  }

  private notified(bytes: Buffer): void {
    const said = parseNotification(bytes);
    if (said?.kind === 'socket') {
      this.nudger.enable();
      this.listener.onUp(said.path);
    } else if (said?.kind === 'panic') this.listener.onPanic(said.text);
  }

  private async ended(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    this.nudger.stop();
    for (const pacer of this.pacers) pacer.stop();
    await reapMachine(this.start.umid, this.start.umlDir);
    await Promise.all(this.ptys.map((pty) => pty.drain()));
    this.closeAll();
    rmSync(join(this.start.umlDir, this.start.umid), { recursive: true, force: true });
    this.listener.onEnd(code, signal);
  }

  private closeAll(): void {
    for (const pty of this.ptys) pty.close();
    this.notify.close();
  }
}
