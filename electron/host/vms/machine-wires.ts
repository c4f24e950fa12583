import { closeSync, constants, openSync, statSync } from 'node:fs';
import type { LineName } from '@shared/consoles/console-name.js';
import type { GuestToolsWire, Wire } from '@shared/vms/wiring.js';
import { TabChannel, type PtyWatch } from '../consoles/tab-channel.js';
import type { FdEvents } from '../platform/fd-events.js';
import { SocketPair } from '../platform/socket-pair.js';

/** The host's ends of all the descriptors that a machine is started with. */
export class MachineWires {
  readonly tabs = new Map<LineName, TabChannel>();
  readonly guestTools = new Map<GuestToolsWire, SocketPair>();
  /** What UML gets, in the order of the wiring. */
  readonly fds: number[] = [];
  /**
   * Where UML prints what no tab shows, when con0 is none. A terminal: into a pipe its C library would write only every
   * 4096 bytes, and a kernel that aborts takes the rest with it (seen).
   */
  private readonly early: TabChannel | null;
  /** Opened for UML alone. */
  private readonly files: number[] = [];

  /** Throws what open(2) says; nothing is left open then. */
  constructor(
    private readonly events: FdEvents,
    wires: readonly Wire[],
    private readonly watch: PtyWatch,
    private readonly onOutput: (line: LineName, bytes: Buffer) => void,
  ) {
    const hasCon0 = wires.some((wire) => wire.use === 'tab' && wire.line === 'con0');
    this.early = hasCon0
      ? null
      : new TabChannel(events, { byPipe: false }, watch, (bytes) => onOutput('con0', bytes));
    try {
      for (const wire of wires) this.fds.push(this.make(wires, wire));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What stdout and stderr of UML are. */
  get earlyFd(): number {
    return (this.early ?? this.tabs.get('con0'))?.inputFd ?? -1;
  }

  /** A tab for a line that a running UML is to open by name. It belongs to the machine once it was added. */
  makeTab(line: LineName): TabChannel {
    return new TabChannel(this.events, { byPipe: false, byName: true }, this.watch, (bytes) =>
      this.onOutput(line, bytes),
    );
  }

  /** The files were handed over. */
  started(): void {
    for (const fd of this.files.splice(0)) closeSync(fd);
  }

  /** Nobody is there any more to type for. */
  stopTyping(): void {
    for (const tab of this.all) tab.stopTyping();
  }

  /** Resolves when everything that was said was handed on. */
  async drain(): Promise<void> {
    await Promise.all(this.all.map((tab) => tab.drain()));
  }

  close(): void {
    this.started();
    for (const end of [...this.all, ...this.guestTools.values()]) end.close();
  }

  private get all(): TabChannel[] {
    return [...this.tabs.values(), ...(this.early === null ? [] : [this.early])];
  }

  private make(wires: readonly Wire[], wire: Wire): number {
    switch (wire.use) {
      case 'tab': {
        const { line } = wire;
        const byPipe = wires.some((other) => other.use === 'tab-output' && other.line === line);
        const tab = new TabChannel(this.events, { byPipe }, this.watch, (bytes) =>
          this.onOutput(line, bytes),
        );
        this.tabs.set(line, tab);
        return tab.inputFd;
      }
      case 'tab-output':
        return this.tabs.get(wire.line)?.outputFd ?? -1;
      case 'guest-tools': {
        const pair = new SocketPair();
        this.guestTools.set(wire.wire, pair);
        return pair.theirFd;
      }
      case 'file': {
        const fd = openFile(wire.path, wire.direction);
        this.files.push(fd);
        return fd;
      }
    }
  }
}

/**
 * Non-blocking, so that a terminal line without a carrier is not waited for. A named pipe is opened both ways (fifo(7)):
 * one without a reader could not be opened, and at the end of its last writer UML would hang the line up.
 */
function openFile(path: string | null, direction: 'input' | 'output'): number {
  const flags =
    path !== null && isFifo(path)
      ? constants.O_RDWR
      : direction === 'input'
        ? constants.O_RDONLY
        : constants.O_WRONLY | constants.O_APPEND | (path === null ? 0 : constants.O_CREAT);
  return openSync(path ?? '/dev/null', flags | constants.O_NOCTTY | constants.O_NONBLOCK, 0o600);
}

const isFifo = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
