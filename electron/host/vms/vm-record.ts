import { takenAfter } from '@shared/vms/memory-taken.js';
import { RESCUE_CONSOLE, type ConsoleName } from '@shared/consoles/console-name.js';
import type { ConsoleSpec } from '@shared/consoles/channel.js';
import { isDebugTool, noDebugging, type DebugTool, type DebugView } from '@shared/debug/debug-tool.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { firstLayer, type Disk, type DiskView } from '@shared/layers/disk.js';
import type { Milestones } from '@shared/vms/readiness.js';
import type { Run, RunEvent } from '@shared/vms/run.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { nextVmState, type VmEvent, type VmState } from '@shared/vms/vm-state.js';
import type { Share } from '@shared/vms/share.js';
import type { LayerView, StopRung, VmView } from '@shared/vms/vm-view.js';
import type { ConsoleViewers } from '../consoles/console-viewers.js';
import { ConsoleTrack } from '../consoles/console-track.js';
import { ReportWatch } from '../debug/report-watch.js';
import type { DebugSession } from '../debug/debug-session.js';
import type { LayerWatch } from '../layers/layer-watch.js';
import type { GuestTools } from '../guest-tools/guest-tools.js';
import { log } from '../platform/log.js';
import { OomMarks } from '../platform/oom-marks.js';
import { HintWatch } from './hint-watch.js';
import { LoginWatch } from './login-watch.js';
import type { MachineProcess } from './machine-process.js';
import type { MconsoleClient } from './mconsole-client.js';
import type { RebootWatch } from './reboot-watch.js';
import type { RescueConsole } from './rescue-console.js';
import type { RunEvents } from './run-events.js';

/** How often the size of a growing log is told. */
const GROWTH_MS = 1500;
/** So many of the guest's messages are remembered for who waits for one. */
const MESSAGES_KEPT = 100;

/** Ctrl+U, which kills the line that is being typed: of a terminal (termios(3), VKILL), and of getty itself. */
const WIPE_LINE = Buffer.from('\x15');
/** What a kernel says before it restarts in place (kernel/reboot.c). */
const RESTARTING = 'reboot: Restarting system';

type NewEvent = RunEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;

/** A machine in the host: what is on disk, what runs, and its place in the state table. */
export class VmRecord implements Milestones {
  state: VmState;
  private since = new Date().toISOString();
  private cause = 'found on disk';
  run: Run | null = null;
  process: MachineProcess | null = null;
  mconsole: MconsoleClient | null = null;
  cpu: number | null = null;
  /** The hardest way to stop that was asked for in this run. */
  asked: 'shutdown' | 'halt' | 'force' | null = null;
  stopping: { rung: StopRung; nextAt: string | null } | null = null;
  /** Seconds that the guest had for shutting down, when it didn't and was halted for it. */
  gaveUpAfter: number | null = null;
  waiting: VmView['waiting'] = null;
  restarting = false;
  panic: string | null = null;
  wrongUmid = false;
  /** It restarted in place and has not come to a login prompt since. */
  isBackFromReboot = false;
  /** Which kills for want of memory are near enough to be its end. */
  readonly oomMarks = new OomMarks();
  /** Bytes of its memory that are taken from the guest. */
  memoryTaken = 0;
  /** The kernel of its run has no MMU. */
  isNommu = false;
  /** Why nothing may touch its files now: a start or a job works on them. */
  held: string | null = null;
  adopted = false;
  rescue: VmView['rescue'] = null;
  rescueConsole: RescueConsole | null = null;
  rebootWatch: RebootWatch | null = null;
  guestTools: GuestTools | null = null;
  debug: DebugView = noDebugging;
  readonly debugSessions = new Map<DebugTool, DebugSession>();
  /** Its lines as they are in the run that goes on; null when it is off, and when another host started it. */
  wired: readonly ConsoleSpec[] | null = null;
  /** Its lines when that run began. */
  startedWith: readonly ConsoleSpec[] | null = null;
  /** The folders that it was given then. */
  startedShares: readonly Share[] = [];
  layer: LayerView | null = null;
  layerWatches: LayerWatch[] = [];
  /** Numbers of the disks that the machine which runs has. */
  plugged: number[] = [];
  /** Those that it was started with. */
  startedDisks: number[] = [];
  problem: PaddockError | null = null;
  loginAt: string | null = null;
  reboots = 0;
  messages: string[] = [];
  private lastMessage: VmView['lastMessage'] = null;
  /** Sizes that windows asked for, also before a start. */
  readonly sizes = new Map<ConsoleName, { cols: number; rows: number }>();
  /** Who looks at its consoles. */
  readonly viewers = new Map<ConsoleName, ConsoleViewers>();
  /** What its consoles said, the rescue console's and those of lines that it has no more among them. */
  readonly tracks = new Map<ConsoleName, ConsoleTrack>();
  /** Who listens to what the kernel prints on con0. */
  readonly kernelListeners = new Set<(bytes: Buffer) => void>();
  /** How often in a row a reboot in place failed, and the machine was started again for it. */
  failedReboots = 0;
  private con0End = '';
  private readonly logins = new LoginWatch();
  private readonly reports = new ReportWatch((report, text) => this.note({ kind: 'report', report, text }));
  private readonly hints = new HintWatch();
  private events: RunEvents | null = null;
  /** What happened before the run had a folder. */
  private unwritten: RunEvent[] = [];
  private forgotten = false;
  private growth: NodeJS.Timeout | null = null;

  constructor(
    public spec: VmSpec,
    state: VmState,
    private readonly publish: (view: VmView) => void,
  ) {
    this.state = state;
  }

  /** What a console says in all runs. */
  track(console: ConsoleName): ConsoleTrack {
    const track = this.tracks.get(console) ?? new ConsoleTrack();
    this.tracks.set(console, track);
    return track;
  }

  /** True when there is, or was, such a console. */
  hasConsole(console: ConsoleName): boolean {
    return (
      console === RESCUE_CONSOLE ||
      isDebugTool(console) ||
      this.tracks.has(console) ||
      [...this.spec.consoles, ...(this.wired ?? [])].some(
        ({ line, channel }) => line === console && channel.kind === 'tab',
      )
    );
  }

  /** Its kernel runs and can be controlled. */
  get isUp(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /** Takes a step of the state table and tells everybody; false, and nothing changes, when there is no such step. */
  happen(event: VmEvent, cause: string): boolean {
    const from = this.state;
    const to = nextVmState(from, event);
    if (to === null) return false;
    log('info', 'machine', { name: this.spec.name, from, event, to, cause });
    if (to !== from) this.since = new Date().toISOString();
    this.state = to;
    this.cause = cause;
    if (to !== 'stopping') this.stopping = null;
    this.note({ kind: 'state', from, event, to, cause });
    this.announce();
    return true;
  }

  /** A run begins or was found: from here on its events are kept. What an earlier host kept counts. */
  beginRun(run: Run, events: RunEvents, earlier: readonly RunEvent[]): void {
    this.run = run;
    this.events = events;
    const messages = earlier.filter((event) => event.kind === 'message');
    const last = messages.at(-1);
    this.lastMessage = last ? { at: last.at, text: last.text } : null;
    this.messages = messages.slice(-MESSAGES_KEPT).map(({ text }) => text);
    this.loginAt = earlier.find((event) => event.kind === 'login')?.at ?? null;
    this.reboots = earlier.filter((event) => event.kind === 'reboot').length;
    this.memoryTaken = earlier.reduce(takenAfter, 0);
    this.logins.reset();
    this.reports.reset();
    this.hints.reset();
    for (const event of this.unwritten) events.add(event);
    this.unwritten = [];
  }

  /** A kept run was removed from the disk. */
  forgetRun(run: number): void {
    for (const track of this.tracks.values()) track.remove(run);
    this.announce();
  }

  /** Keeps an event of the run; to be announced by whoever changed more. */
  note(event: NewEvent): void {
    const whole: RunEvent = { ...event, at: new Date().toISOString() };
    this.memoryTaken = takenAfter(this.memoryTaken, whole);
    // A start happens before its run has a folder; it belongs to that run, not to the one before.
    if (whole.kind === 'state' && whole.event === 'start') this.unwritten = [whole];
    else this.events?.add(whole);
  }

  /** The guest said something to its notify socket. */
  heard(text: string): void {
    const at = new Date().toISOString();
    this.lastMessage = { at, text };
    this.messages = [...this.messages.slice(1 - MESSAGES_KEPT), text];
    this.note({ kind: 'message', text });
    this.announceSoon();
  }

  /** Takes console output; that the log grew is told now and then, not with every byte. */
  output(console: ConsoleName, bytes: Buffer): void {
    if (this.track(console).append(bytes)) this.type(console, WIPE_LINE);
    if (console === 'con0') for (const listen of this.kernelListeners) listen(bytes);
    if (console === 'con0') this.reports.output(bytes);
    if (console === 'con0' && this.saysRestarting(bytes)) this.rebootWatch?.began();
    if (this.isNommu) for (const text of this.hints.sees(console, bytes)) this.note({ kind: 'hint', text });
    if (this.loginAt === null && this.logins.sees(console, bytes)) {
      this.loginAt = new Date().toISOString();
      this.failedReboots = 0;
      this.isBackFromReboot = false;
      this.note({ kind: 'login', console });
      this.guestTools?.loginSeen();
      this.announce();
    }
    this.announceSoon();
  }

  /** The words may come in two pieces. */
  private saysRestarting(bytes: Buffer): boolean {
    const seam = this.con0End + bytes.subarray(0, RESTARTING.length).toString('latin1');
    this.con0End = (this.con0End + bytes.subarray(-RESTARTING.length).toString('latin1')).slice(
      1 - RESTARTING.length,
    );
    return bytes.includes(RESTARTING) || seam.includes(RESTARTING);
  }

  /** Takes what was typed into a console. */
  type(console: ConsoleName, bytes: Uint8Array): void {
    if (console === RESCUE_CONSOLE) this.rescueConsole?.type(bytes);
    else if (isDebugTool(console)) this.debugSessions.get(console)?.type(bytes);
    else this.process?.type(console, bytes);
  }

  /** Tells everybody how it is. */
  announce(): void {
    if (this.forgotten) return;
    this.publish(this.view());
  }

  private announceSoon(): void {
    this.growth ??= setTimeout(() => {
      this.growth = null;
      this.announce();
    }, GROWTH_MS);
  }

  /** It is deleted: nothing more is told of it. */
  forget(): void {
    this.forgotten = true;
    for (const watch of this.layerWatches) watch.close();
    if (this.growth !== null) clearTimeout(this.growth);
  }

  private diskView(disk: Disk): DiskView {
    const { unit, kind, flags, serial } = disk;
    return {
      unit,
      kind,
      use: kind === 'own' ? disk.use : 'data',
      file: kind === 'file' ? disk.path : kind === 'own' ? disk.file : disk.layerFile,
      basePath: kind === 'layer' ? disk.basePath : null,
      flags,
      serial,
      origin: kind === 'file' ? 'a file of yours' : disk.origin,
      isPlugged: this.plugged.includes(unit),
    };
  }

  private view(): VmView {
    const { spec, run } = this;
    return {
      id: spec.id,
      name: spec.name,
      memoryMiB: spec.memoryMiB,
      memoryTakenMiB: run !== null && run.end === null ? Math.round(this.memoryTaken / (1024 * 1024)) : 0,
      kernelPath: spec.kernelPath,
      imageId: firstLayer(spec.disks)?.imageId ?? '',
      boot: spec.boot,
      consoles: spec.consoles,
      wired: this.wired === null ? null : [...this.wired],
      group: spec.group,
      tags: spec.tags,
      pin: spec.pin,
      memoryFolder: spec.memoryFolder,
      autostart: spec.autostart,
      startAfter: spec.startAfter,
      nics: spec.nics,
      runMode: spec.runMode,
      shares: spec.shares,
      createdAt: spec.createdAt,
      state: this.state,
      stateSince: this.since,
      stateCause: this.cause,
      waiting: this.waiting,
      restarting: this.restarting,
      runNumber: run?.number ?? 0,
      runStartedAt: run?.startedAt ?? null,
      kernelVersion: run?.kernelVersion ?? '',
      pid: run !== null && run.end === null ? run.pid : null,
      cpu: this.cpu,
      loginAt: this.loginAt,
      reboots: this.reboots,
      lastMessage: this.lastMessage,
      eventCount: this.events?.count ?? 0,
      lastEnd: run?.end ?? null,
      stopping: this.stopping,
      layer: this.layer,
      disks: spec.disks.map((disk) => this.diskView(disk)),
      logBytes: [...this.tracks.values()].reduce((sum, track) => sum + track.bytes, 0),
      adopted: this.adopted,
      rescue: this.rescue,
      guestTools: this.guestTools?.view() ?? null,
      guestToolsExpected: spec.guestTools,
      guestToolsMissing: this.guestTools?.isMissing === true && this.process?.needsGuestTools === true,
      taken: spec.taken !== null,
      debug: this.debug,
      problem: this.problem,
    };
  }
}
