import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { needHelpers, tabLines } from '@shared/consoles/channel.js';
import type { ConsoleName, LineName } from '@shared/consoles/console-name.js';
import { isOrderlyStop, type StopReason } from '@shared/diagnostics/stop-reason.js';
import { whyItStopped } from '@shared/diagnostics/why-it-stopped.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { commandLine, takenCommandLine } from '@shared/vms/command-line.js';
import type { Run } from '@shared/vms/run.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { isNommu } from '@shared/kernels/nommu.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { wiring } from '@shared/vms/wiring.js';
import type { StopRung } from '@shared/vms/vm-view.js';
import { ConsoleLog } from '../consoles/console-log.js';
import { layerView } from '../layers/layer-files.js';
import { LayerWatch } from '../layers/layer-watch.js';
import type { FdEvents } from '../platform/fd-events.js';
import { attachGuestTools } from '../guest-tools/attach-guest-tools.js';
import type { NicService } from '../networks/nic-service.js';
import { log } from '../platform/log.js';
import { oomKills } from '../platform/oom-kills.js';
import { CONFINED_MEMORY_FOLDER, confinementWords, makeOwnFolder } from './confinement.js';
import { findRescueConsole } from './find-rescue-console.js';
import { confinementOf } from './host-root.js';
import type { MachineDisks } from './machine-disks.js';
import { MachineProcess } from './machine-process.js';
import { MconsoleClient } from './mconsole-client.js';
import { RebootWatch } from './reboot-watch.js';
import { RunEvents } from './run-events.js';
import { memoryFolder } from './start-checks.js';
import { StopLadder, type RungOptions } from './stop-ladder.js';
import { isConfined, type VmFiles } from './vm-files.js';
import type { VmRecord } from './vm-record.js';

/** So many failed reboots without a login between them, and the machine stays off. */
const FAILED_REBOOTS_MAX = 3;

/** How much of a console's end is read to tell why a machine stopped. */
const EVIDENCE_BYTES = 16 * 1024;

/** The course of a run: its process, its control socket, its stop, its end and what that end means. */
export class RunService {
  private readonly ladders = new Map<VmId, StopLadder>();
  /** Called when a run is over and everything about it is known. */
  onEnded: (vm: VmRecord) => void = () => {};
  /** Called before a machine is told to end; by whoever may hold it up (main.ts). */
  beforeStop: (vm: VmRecord) => Promise<void> = () => Promise.resolve();
  /** Called with the folder of a run whose logs don't grow any more. */
  onLogsClosed: (runFolder: string) => void = () => {};

  constructor(
    private readonly files: VmFiles,
    private readonly events: FdEvents,
    private readonly disks: MachineDisks,
    private readonly nics: NicService,
  ) {}

  /** Begins a run. When the process can't be made, the run ends as not started. */
  async launch(vm: VmRecord, kernel: Kernel): Promise<void> {
    try {
      await this.begin(vm, kernel);
    } catch (error) {
      const { message } = error as Error;
      await this.closeRun(vm, { exitCode: null, signal: null, reason: { code: 'not-started', message } });
      throw error;
    }
  }

  private async begin(vm: VmRecord, kernel: Kernel): Promise<void> {
    const { spec } = vm;
    vm.isNommu = isNommu(kernel);
    const begun: Run = {
      // Also behind a run whose file is damaged: its logs are not this one's.
      number: Math.max(vm.run?.number ?? 0, (await this.files.runNumbers(spec.id)).at(-1) ?? 0) + 1,
      startedAt: new Date().toISOString(),
      // As far as it is known before its cards are plugged in.
      argv: this.argv(spec, this.nics.words(spec, kernel), vm.isNommu),
      kernelVersion: kernel.version,
      pid: null,
      pidStartTicks: null,
      end: null,
      place: null,
      confined: isConfined(spec, null),
    };
    try {
      await this.files.saveRun(spec.id, begun);
    } finally {
      // From here on whatever fails is this run's end; also when it can't be written down, and not that of the run before.
      vm.oomMarks.begin(oomKills());
      Object.assign(vm, {
        asked: null,
        gaveUpAfter: null,
        panic: null,
        wrongUmid: false,
        adopted: false,
        rescue: null,
      });
      vm.isBackFromReboot = false;
      vm.beginRun(begun, new RunEvents(this.files.events(spec.id, begun.number), 0), []);
    }
    const nics = await this.nics.plug(spec, kernel);
    const argv = this.argv(spec, nics.words, vm.isNommu);
    const run: Run = { ...begun, argv };
    vm.run = run;
    // Forced off meanwhile: there is nothing yet to end, and nothing begins.
    if (vm.state === 'stopping')
      return this.closeRun(vm, { exitCode: null, signal: null, reason: { code: 'forced' } });
    // con0 also when it is no tab: it has what the kernel prints, without which nobody knows why it stopped.
    for (const line of new Set<LineName>(['con0', ...tabLines(spec.consoles)])) this.keepLog(vm, run, line);
    const confinement = confinementOf(
      spec,
      this.files,
      this.disks.arguments(spec),
      nics.words,
      kernel.version,
    );
    if (confinement) await makeOwnFolder(confinement);
    const under = confinement ? await confinementWords(confinement) : [];
    vm.wired = spec.consoles;
    vm.startedWith = spec.consoles;
    vm.startedShares = spec.shares;
    vm.process = new MachineProcess(
      this.events,
      {
        under: [...nics.under, ...under],
        argv,
        place: this.files.place(spec, run),
        cwd: spec.taken?.cwd ?? '/',
        notifySocket: this.files.notifySocket(spec, run),
        wires: wiring(spec).wires,
        cpu: vm.cpu,
        memoryDir: confinement ? CONFINED_MEMORY_FOLDER : memoryFolder(spec),
        homeDir: homedir(),
        needsHelpers: nics.needsHelpers || needHelpers(spec.consoles),
        opensWindows: spec.consoles.some(({ channel }) => channel.kind === 'xterm'),
      },
      {
        onOutput: (console, bytes) => vm.output(console, bytes),
        onUp: (path) => this.cameUp(vm, path),
        onPanic: (text) => this.panicked(vm, text),
        onMessage: (text) => vm.heard(text),
        onEnd: (exitCode, signal, strays) => void this.ended(vm, exitCode, signal, strays),
      },
    );
    vm.guestTools = attachGuestTools(vm, this.files);
    this.watchLayers(vm);
    vm.startedDisks = vm.plugged;
    for (const [console, size] of vm.sizes) vm.process.resize(console, size.cols, size.rows);
    vm.rebootWatch = new RebootWatch(vm.process.id, this.files.mconsoleSocket(this.files.place(spec, run)));
    vm.run = { ...run, pid: vm.process.id.pid, pidStartTicks: vm.process.id.startTicks };
    // It runs: that a full disk doesn't take this down must not end it.
    await this.files.saveRun(spec.id, vm.run).catch(notSaved);
    vm.announce();
  }

  /** Keeps what a console says in a run from here on. */
  keepLog(vm: VmRecord, run: Run, line: ConsoleName): void {
    const track = vm.track(line);
    if (track.hasRun(run.number)) return;
    track.add({
      run,
      log: new ConsoleLog(this.files.consoleLog(vm.spec.id, run.number, line), { write: true }),
    });
  }

  /** Takes the ladder at a rung; returns once it was taken. */
  async stop(vm: VmRecord, rung: StopRung, how: RungOptions = {}): Promise<void> {
    await this.beforeStop(vm);
    await this.ladder(vm).take(rung, how);
  }

  /** Gives a guest that was asked to shut down more time; false when none was. */
  waitLonger(vm: VmRecord, ms: number): boolean {
    return this.ladders.get(vm.spec.id)?.waitLonger(ms) ?? false;
  }

  /** The kernel announced its control socket, or an earlier host's machine was found with one. */
  cameUp(vm: VmRecord, announcedPath: string): void {
    const expected = this.files.mconsoleSocket(this.files.place(vm.spec, vm.run));
    if (announcedPath !== expected) {
      // The kernel took a random umid, because its own was in use: nobody could control this machine.
      log('warn', 'wrong umid', { name: vm.spec.name, announcedPath });
      vm.wrongUmid = true;
      void this.stop(vm, 'kill');
      return;
    }
    const isReboot = vm.mconsole !== null;
    vm.mconsole?.close();
    const pid = vm.run?.pid ?? null;
    const reply = this.files.replySocket(vm.spec, vm.run);
    vm.mconsole = new MconsoleClient(this.events, vm.spec.name, expected, pid, reply);
    if (isReboot) void this.rebooted(vm);
    else vm.happen('up', 'its control socket is there');
  }

  /**
   * The guest restarted in place: the same process, the same consoles, the same run. One that was asked to shut down
   * has done so; many inits restart at Ctrl+Alt+Del (Debian's does), so what they began is ended here.
   */
  private async rebooted(vm: VmRecord): Promise<void> {
    vm.rebootWatch?.over();
    vm.isBackFromReboot = true;
    // It knows its command line only: what was plugged in since is gone until it is started anew.
    if (!vm.adopted) this.watchLayers(vm, vm.startedDisks);
    vm.reboots += 1;
    vm.guestTools?.rebooted();
    vm.note({ kind: 'reboot' });
    if (vm.adopted) void findRescueConsole(this.files, vm, 'after a reboot');
    vm.announce();
    if (vm.state === 'paused') vm.happen('resume', 'rebooted');
    if (vm.state === 'stopping') await this.stop(vm, 'halt', { hasShutDown: vm.asked === 'shutdown' });
  }

  /** The kernel said that it panicked; its process ends by itself. */
  panicked(vm: VmRecord, text: string): void {
    vm.panic = text;
    vm.note({ kind: 'panic', text });
  }

  /** A machine's process is gone and everything it said was written down. */
  async ended(vm: VmRecord, exitCode: number | null, signal: string | null, strays: number): Promise<void> {
    this.dropLadder(vm);
    if (strays > 0) vm.note({ kind: 'strays', count: strays });
    const consoleTail =
      (await vm.tracks
        .get('con0')
        ?.tail(EVIDENCE_BYTES)
        .catch(() => '')) ?? '';
    const evidence = {
      exitCode,
      signal,
      asked: vm.asked,
      gaveUpAfter: vm.gaveUpAfter,
      wasUp: vm.mconsole !== null,
      oomKills: vm.oomMarks.recent(oomKills()),
      panic: vm.panic,
      consoleTail,
      nommuSeccomp: vm.isNommu && (vm.run?.argv.some((word) => /^seccomp=(on|auto)$/.test(word)) ?? false),
    };
    const why = whyItStopped(evidence);
    // Announced again, it may still find the disk that it ran from a moment ago locked by what it was (seen on 6.1.176).
    const lostItsRoot = vm.isBackFromReboot && (why.code === 'no-root' || why.code === 'disk-locked');
    const hasFailedReboot =
      (vm.rebootWatch?.isUnderWay === true || lostItsRoot) && exitCode === null && vm.asked === null;
    vm.rebootWatch?.over();
    vm.rebootWatch = null;
    const reason: StopReason = vm.wrongUmid
      ? { code: 'wrong-umid' }
      : hasFailedReboot
        ? { code: 'reboot-failed' }
        : why;
    // Who rebooted it wants it to run; but a guest that only says so and dies is not started for ever.
    if (hasFailedReboot && vm.failedReboots < FAILED_REBOOTS_MAX) {
      vm.failedReboots += 1;
      vm.restarting = true;
    }
    await this.closeRun(vm, { exitCode, signal, reason });
  }

  private async closeRun(vm: VmRecord, end: Omit<NonNullable<Run['end']>, 'at'>): Promise<void> {
    // Also one that was taken while the end was looked into: the next run has a place and a clock of its own.
    this.dropLadder(vm);
    for (const watch of vm.layerWatches) watch.close();
    vm.layerWatches = [];
    vm.plugged = [];
    vm.rescueConsole?.close();
    vm.rescueConsole = null;
    vm.rescue = null;
    vm.guestTools?.close();
    vm.guestTools = null;
    vm.process = null;
    vm.mconsole?.close();
    vm.mconsole = null;
    // Also one that an earlier host was answered at.
    rmSync(this.files.replySocket(vm.spec, vm.run), { force: true });
    vm.cpu = null;
    vm.wired = null;
    vm.startedWith = null;
    this.files.removeOwnFolder(vm.spec.id);
    await this.nics.unplug(vm.spec.id);
    if (vm.run !== null && vm.run.end === null) {
      vm.run = { ...vm.run, end: { at: new Date().toISOString(), ...end } };
      await this.files.saveRun(vm.spec.id, vm.run).catch(notSaved);
      for (const track of vm.tracks.values()) track.setRun(vm.run);
      this.onLogsClosed(this.files.runFolder(vm.spec.id, vm.run.number));
    }
    await this.refreshLayer(vm);
    vm.happen(isOrderlyStop(end.reason) ? 'end' : 'crash', end.reason.code);
    this.onEnded(vm);
  }

  /** Keeps what is said of a running machine's layers true. */
  watchLayers(vm: VmRecord, plugged = vm.spec.disks.map(({ unit }) => unit)): void {
    for (const watch of vm.layerWatches) watch.close();
    vm.plugged = plugged;
    vm.layerWatches = vm.spec.disks.flatMap((disk) =>
      disk.kind === 'layer'
        ? [
            new LayerWatch(this.files.disk(vm.spec, disk), () => {
              void this.refreshLayer(vm).then(() => vm.announce());
            }),
          ]
        : [],
    );
  }

  /** Reads again what the layer holds. A missing or damaged one breaks the machine. */
  async refreshLayer(vm: VmRecord): Promise<void> {
    const layers = vm.spec.disks.filter((disk) => disk.kind === 'layer');
    if (layers.length === 0) vm.layer = null;
    // Of the last first: what is told of the machine is its first one.
    for (const disk of layers.toReversed()) {
      const path = this.files.disk(vm.spec, disk);
      try {
        vm.layer = await layerView(path);
      } catch (error) {
        vm.layer = null;
        vm.problem = asLayerFailure(error, path).error;
        return;
      }
    }
  }

  /** The exact argv of a machine's next start, with the arguments of its network cards. */
  argv(spec: VmSpec, nics: readonly string[], nommu: boolean): string[] {
    const { umlDir } = this.files.place(spec, null);
    const paths = { umlDir, notifySocket: this.files.notifySocket(spec, null) };
    if (spec.taken !== null) return takenCommandLine(spec, paths);
    return commandLine(spec, { ...paths, disks: this.disks.arguments(spec), nics, isNommu: nommu });
  }

  private dropLadder(vm: VmRecord): void {
    this.ladders.get(vm.spec.id)?.clear();
    this.ladders.delete(vm.spec.id);
  }

  private ladder(vm: VmRecord): StopLadder {
    const ladder = this.ladders.get(vm.spec.id) ?? new StopLadder(vm, this.files.place(vm.spec, vm.run));
    this.ladders.set(vm.spec.id, ladder);
    return ladder;
  }
}

function notSaved(error: unknown): void {
  log('error', 'run not saved', { error: (error as Error).message });
}

/** A layer that can't be read for whatever reason breaks its machine, not the host. */
function asLayerFailure(error: unknown, path: string): Failure {
  return error instanceof Failure ? error : failure('layer-damaged', { path, why: (error as Error).message });
}
