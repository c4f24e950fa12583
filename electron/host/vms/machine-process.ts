import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RESCUE_CONSOLE, type ConsoleName, type LineName } from '@shared/consoles/console-name.js';
import { isDebugTool } from '@shared/debug/debug-tool.js';
import { parseNotification } from '@shared/mconsole/mconsole-protocol.js';
import { kernelEnvironment } from '../kernels/wide-xstate.js';
import type { TabChannel } from '../consoles/tab-channel.js';
import { DatagramSocket } from '../platform/datagram-socket.js';
import type { FdEvents } from '../platform/fd-events.js';
import { keepFdsFromChildren } from '../platform/inherited-fds.js';
import {
  MACHINE_MARK,
  machineMark,
  reapHelpers,
  reapMachine,
  startTicks,
  type ProcessId,
} from '../platform/processes.js';
import type { UmlPlace } from '@shared/vms/run.js';
import type { GuestToolsWire, Wire } from '@shared/vms/wiring.js';
import type { SocketPair } from '../platform/socket-pair.js';
import { pinToCpu } from './cpu-spread.js';
import { MachineWires } from './machine-wires.js';
import { Nudger } from './nudger.js';

/** What a start needs besides its argv. */
export interface MachineStart {
  /** Words before its argv: programs that become the kernel. */
  under: readonly string[];
  argv: readonly string[];
  place: UmlPlace;
  /** The folder that relative paths among the arguments are meant against. */
  cwd: string;
  notifySocket: string;
  /** What each descriptor from the fourth on is. */
  wires: readonly Wire[];
  cpu: number | null;
  memoryDir: string;
  homeDir: string;
  /** A line of it opens windows on the desktop. */
  opensWindows: boolean;
  /** Its kernel starts programs for its lines. */
  needsHelpers: boolean;
}

/** What a machine's process has to say. */
export interface MachineListener {
  onOutput(line: LineName, bytes: Buffer): void;
  /** The kernel announced its control socket at this path. */
  onUp(mconsolePath: string): void;
  onPanic(text: string): void;
  /** The guest wrote to /proc/mconsole. */
  onMessage(text: string): void;
  /** It is gone, with all its strays, and every byte of its consoles was delivered. */
  onEnd(exitCode: number | null, signal: NodeJS.Signals | null, strays: number): void;
}

/** The process of one run, with the far ends of its consoles. */
export class MachineProcess {
  readonly id: ProcessId;
  private readonly child: ChildProcess;
  private readonly wires: MachineWires;
  private readonly nudger: Nudger;
  private readonly notify: DatagramSocket;
  private hasEnded = false;
  private hasHelpers: boolean;

  /** Starts it. Throws what the system says when it can't. */
  constructor(
    events: FdEvents,
    private readonly start: MachineStart,
    private readonly listener: MachineListener,
  ) {
    this.hasHelpers = start.needsHelpers;
    // What a dead machine of this name left: UML would take a random umid if the pid in there lives again.
    rmSync(this.folder, { recursive: true, force: true });
    this.notify = new DatagramSocket(events, start.notifySocket, (bytes) => this.notified(bytes), {
      replace: true,
    });
    const watch = {
      output: (bytes: number) => this.nudger.output(bytes),
      activity: () => this.nudger.activity(),
    };
    try {
      this.wires = new MachineWires(events, start.wires, watch, (line, bytes) =>
        listener.onOutput(line, bytes),
      );
    } catch (error) {
      this.notify.close();
      throw error;
    }
    try {
      this.child = this.spawn();
    } catch (error) {
      // Without descriptors left, say: what is open by now must not make it worse.
      this.closeAll();
      throw error;
    }
    const { pid } = this.child;
    if (pid === undefined) {
      this.child.once('error', () => {});
      this.closeAll();
      throw new Error('the kernel could not be run');
    }
    if (start.cpu !== null) pinToCpu(pid, start.cpu);
    this.id = { pid, startTicks: startTicks(pid) ?? '' };
    this.nudger = new Nudger(this.id);
    this.child.once('exit', (code, signal) => void this.ended(code, signal));
  }

  /** Types into a console. */
  type(console: ConsoleName, bytes: Uint8Array): void {
    this.tab(console)?.type(bytes);
  }

  /** Gives a console a size. */
  resize(console: ConsoleName, cols: number, rows: number): void {
    this.tab(console)?.resize(cols, rows);
  }

  /** Whether UML itself tells the guest about a new size of this console. */
  tellsSize(console: ConsoleName): boolean {
    return this.tab(console)?.tellsSize ?? true;
  }

  /** True when a console's size goes by the guest tools. */
  get needsGuestTools(): boolean {
    return [...this.wires.tabs.values()].some((tab) => !tab.tellsSize);
  }

  /** Something was sent to the kernel that it may not have noticed. */
  nudge(): void {
    this.nudger.activity();
  }

  /** The host's end of a serial line to the guest tools. */
  guestTools(wire: GuestToolsWire): SocketPair | undefined {
    return this.wires.guestTools.get(wire);
  }

  /**
   * Gives a running kernel one more tab: `connect` tells it the pty's path. Throws what that throws, and nothing has
   * changed.
   */
  async plug(line: LineName, connect: (device: string) => Promise<unknown>): Promise<void> {
    const tab = this.wires.makeTab(line);
    try {
      await connect(tab.devicePath);
      if (this.hasEnded) throw new Error('the machine ended');
    } catch (error) {
      tab.close();
      throw error;
    }
    this.wires.tabs.set(line, tab);
  }

  /** Takes a tab away that the kernel has let go of. */
  async unplug(line: LineName): Promise<void> {
    const tab = this.wires.tabs.get(line);
    this.wires.tabs.delete(line);
    tab?.stopTyping();
    await tab?.drain();
    tab?.close();
  }

  /** The host's end of a console, if it is a tab of this run. */
  tab(console: ConsoleName): TabChannel | undefined {
    return console === RESCUE_CONSOLE || isDebugTool(console) ? undefined : this.wires.tabs.get(console);
  }

  private spawn(): ChildProcess {
    const { under, argv, cwd } = this.start;
    const [program, ...args] = [...under, ...argv] as [string, ...string[]];
    // stdout and stderr are con0's, too, also when that is no tab: what UML prints before its console is up belongs to
    // the same story.
    const early = this.wires.earlyFd;
    const stdin = openSync('/dev/null', 'r');
    try {
      keepFdsFromChildren();
      return spawn(program, args, {
        cwd,
        detached: true,
        stdio: [stdin, early, early, ...this.wires.fds],
        env: machineEnv(this.start),
      });
    } finally {
      closeSync(stdin);
      this.wires.started();
    }
  }

  /** UML's folder of this run: its pid file and its control socket. */
  private get folder(): string {
    return join(this.start.place.umlDir, this.start.place.umid);
  }

  private notified(bytes: Buffer): void {
    const said = parseNotification(bytes);
    if (said?.kind === 'socket') this.listener.onUp(said.path);
    else if (said?.kind === 'panic') this.listener.onPanic(said.text);
    else if (said?.kind === 'user') this.listener.onMessage(said.text.trimEnd());
  }

  private async ended(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    this.hasEnded = true;
    this.nudger.stop();
    this.wires.stopTyping();
    const strays =
      (await reapMachine(this.start.place)) +
      (this.hasHelpers ? reapHelpers(this.start.place, this.id.pid) : 0);
    await this.wires.drain();
    this.closeAll();
    rmSync(this.folder, { recursive: true, force: true });
    this.listener.onEnd(code, signal, strays);
  }

  /** Its kernel starts programs for a card that it was given meanwhile; they end with it. */
  startsHelpers(): void {
    this.hasHelpers = true;
  }

  private closeAll(): void {
    this.wires.close();
    this.notify.close();
  }
}

/**
 * UML takes its memory folder from TMPDIR, looks for in.telnetd and terminal emulators in PATH, and asks DISPLAY whether
 * there is a desktop: nothing more is handed on.
 */
function machineEnv({ place, homeDir, memoryDir, opensWindows }: MachineStart): NodeJS.ProcessEnv {
  const { DISPLAY, XAUTHORITY } = process.env;
  return {
    ...kernelEnvironment(),
    PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
    HOME: homeDir,
    TMPDIR: memoryDir,
    LANG: 'C.UTF-8',
    [MACHINE_MARK]: machineMark(place),
    ...(opensWindows && DISPLAY ? { DISPLAY } : {}),
    ...(opensWindows && XAUTHORITY ? { XAUTHORITY } : {}),
  };
}
