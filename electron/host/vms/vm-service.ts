import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { CallInput } from '@shared/api/calls.js';
import { whyItStopped } from '@shared/diagnostics/why-it-stopped.js';
import { isOrderlyStop, type StopReason } from '@shared/diagnostics/stop-reason.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { commandLine, shellText } from '@shared/vms/command-line.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import type { Run } from '@shared/vms/run.js';
import { vmActionAllowance, type VmAction } from '@shared/vms/vm-actions.js';
import { freeVmName, isVmName, nearestVmName } from '@shared/vms/vm-name.js';
import { vmIdSchema, type VmId, type VmSpec } from '@shared/vms/vm-spec.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { StopRung } from '@shared/vms/vm-view.js';
import { ConsoleLog } from '../consoles/console-log.js';
import type { ImageService } from '../images/image-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { checkLayer, createLayer, layerView } from '../layers/layer-files.js';
import type { FdEvents } from '../platform/fd-events.js';
import { log } from '../platform/log.js';
import { reapMachine } from '../platform/processes.js';
import type { StateStore } from '../state-store.js';
import { leastUsedCpu } from './cpu-spread.js';
import { MachineProcess } from './machine-process.js';
import { MconsoleClient } from './mconsole-client.js';
import { checkMemory, checkMemoryFolder, checkSocketPaths, memoryFolder } from './start-checks.js';
import { StopLadder } from './stop-ladder.js';
import type { VmFiles } from './vm-files.js';
import { VmRecord } from './vm-record.js';

/** How much of a console's end is read to tell why a machine stopped. */
const EVIDENCE_BYTES = 16 * 1024;
const firstRung: Readonly<Record<'shutdown' | 'halt' | 'force', StopRung>> = {
  shutdown: 'shutdown',
  halt: 'halt',
  force: 'terminate',
};

/** Makes, starts, stops and deletes machines. */
export class VmService {
  readonly records = new Map<VmId, VmRecord>();
  private readonly ladders = new Map<VmId, StopLadder>();
  /** Names that are being given away while a machine is made. */
  private readonly reserved = new Set<string>();

  constructor(
    readonly files: VmFiles,
    private readonly store: StateStore,
    private readonly images: ImageService,
    private readonly kernels: KernelService,
    private readonly events: FdEvents,
  ) {}

  /** A machine by its id. Throws Failure `vm-unknown`. */
  get(id: VmId): VmRecord {
    const vm = this.records.get(id);
    if (!vm) throw failure('vm-unknown', { name: id });
    return vm;
  }

  /** True while any machine has a process. */
  get anyLive(): boolean {
    return [...this.records.values()].some((vm) => isLive(vm.state));
  }

  /** Puts a machine into the host's view of the world. */
  register(spec: VmSpec, state: VmRecord['state']): VmRecord {
    const vm = new VmRecord(spec, state, (view) =>
      this.store.change({ collection: 'vms', id: spec.id, value: view }),
    );
    this.records.set(spec.id, vm);
    return vm;
  }

  /** Makes a machine with a new layer; nothing is left when that fails. */
  async create(input: CallInput<'vms.create'>): Promise<VmId> {
    const taken = new Set([...this.reserved, ...[...this.records.values()].map((vm) => vm.spec.name)]);
    const name = input.name ?? freeVmName('tiny', taken);
    if (!isVmName(name)) throw failure('vm-name-invalid', { name, nearest: nearestVmName(name) });
    if (taken.has(name)) throw failure('vm-name-taken', { name });
    this.reserved.add(name);
    try {
      checkMemory(input.memoryMiB);
      const kernel = await (input.kernelPath === null
        ? this.kernels.newest()
        : this.kernels.probe(input.kernelPath));
      const image = await this.images.resolve(input.image);
      const id = vmIdSchema.parse(randomBytes(6).toString('hex'));
      const spec: VmSpec = {
        version: 1,
        id,
        name,
        memoryMiB: input.memoryMiB,
        kernelPath: kernel.path,
        consoles: input.consoles,
        disk: { imageId: image.id, basePath: image.path, layerFile: 'disk.cow' },
        createdAt: new Date().toISOString(),
      };
      try {
        await mkdir(this.files.folder(id), { recursive: true, mode: 0o700 });
        await createLayer(this.files.layer(spec), image.path);
        await this.files.saveSpec(spec);
      } catch (error) {
        await this.files.remove(id);
        throw error;
      }
      const vm = this.register(spec, 'defined');
      await this.refreshLayer(vm);
      vm.announce();
      if (input.start) await this.start(id);
      return id;
    } finally {
      this.reserved.delete(name);
    }
  }

  /** Starts a machine; returns when its process runs. Throws Failure, and nothing has changed, when a check fails. */
  async start(id: VmId): Promise<void> {
    const vm = this.get(id);
    this.demand(vm, 'start');
    if (vm.checking)
      throw failure('vm-action-refused', {
        name: vm.spec.name,
        action: actionWords.start,
        reason: 'It is starting already.',
      });
    vm.checking = true;
    try {
      const kernel = await this.checkStart(vm);
      vm.problem = null;
      vm.happen('start', 'asked');
      await this.launch(vm, kernel.version);
    } catch (error) {
      vm.problem = asFailure(error, vm.spec.name).error;
      vm.announce();
      throw asFailure(error, vm.spec.name);
    } finally {
      vm.checking = false;
    }
  }

  /** Everything that is known to make a start fail, before it does. */
  private async checkStart(vm: VmRecord): Promise<Kernel> {
    const { spec } = vm;
    checkMemory(spec.memoryMiB);
    checkSocketPaths(this.files.mconsoleSocket(spec.name), this.files.notifySocket(spec.name));
    const kernel = await this.kernels.probe(spec.kernelPath);
    await checkMemoryFolder(memoryFolder(), spec.memoryMiB);
    // Strays of an earlier run hold the disk's lock: gone before the lock is looked at.
    await reapMachine(spec.name, this.files.umlDir);
    await checkLayer(this.files.layer(spec), { free: true });
    return kernel;
  }

  /** Begins a run. When the process can't be made, the run ends as not started. */
  private async launch(vm: VmRecord, kernelVersion: string): Promise<void> {
    const { spec } = vm;
    const argv = this.argv(spec);
    const run: Run = {
      number: (vm.run?.number ?? 0) + 1,
      startedAt: new Date().toISOString(),
      argv,
      kernelVersion,
      pid: null,
      pidStartTicks: null,
      end: null,
    };
    await this.files.saveRun(spec.id, run);
    Object.assign(vm, { run, asked: null, panic: null, wrongUmid: false, adopted: false });
    vm.tracks.forEach((track, n) =>
      track.add({ run, log: new ConsoleLog(this.files.consoleLog(spec.id, run.number, n), { write: true }) }),
    );
    vm.cpu = leastUsedCpu(this.cpusInUse());
    try {
      vm.process = new MachineProcess(
        this.events,
        {
          argv,
          umid: spec.name,
          umlDir: this.files.umlDir,
          notifySocket: this.files.notifySocket(spec.name),
          consoles: spec.consoles,
          cpu: vm.cpu,
          memoryDir: memoryFolder(),
          homeDir: homedir(),
        },
        {
          onOutput: (console, bytes) => vm.output(console, bytes),
          onUp: (path) => this.cameUp(vm, path),
          onPanic: (text) => (vm.panic = text),
          onEnd: (exitCode, signal) => void this.ended(vm, exitCode, signal),
        },
      );
    } catch (error) {
      const { message } = error as Error;
      await this.closeRun(vm, { exitCode: null, signal: null, reason: { code: 'not-started', message } });
      throw error;
    }
    for (const [console, size] of vm.sizes) vm.process.resize(console, size.cols, size.rows);
    vm.run = { ...run, pid: vm.process.id.pid, pidStartTicks: vm.process.id.startTicks };
    await this.files.saveRun(spec.id, vm.run);
    vm.announce();
  }

  /** Takes the ladder at the asked rung; returns once it was taken. */
  async stop(id: VmId, how: 'shutdown' | 'halt' | 'force'): Promise<void> {
    const vm = this.get(id);
    this.demand(vm, how);
    vm.asked = how;
    await this.ladder(vm).take(firstRung[how]);
  }

  /** Deletes a machine: its layer, its runs, its settings. */
  async delete(id: VmId): Promise<void> {
    const vm = this.get(id);
    this.demand(vm, 'delete');
    this.records.delete(id);
    vm.forget();
    await this.files.remove(id);
    this.store.change({ collection: 'vms', id, value: null });
  }

  /** Gives a console a size, now and at every later start. */
  resize(id: VmId, console: number, cols: number, rows: number): void {
    const vm = this.get(id);
    if (!vm.tracks[console])
      throw failure('console-unknown', { name: vm.spec.name, console: `con${console}` });
    vm.sizes.set(console, { cols, rows });
    vm.process?.resize(console, cols, rows);
  }

  /** The argv of the next start. */
  commandLine(id: VmId): { argv: string[]; text: string } {
    const argv = this.argv(this.get(id).spec);
    return { argv, text: shellText(argv) };
  }

  /** Keeps a machine from being started, deleted or merged while a job works on its files. */
  hold(vm: VmRecord, reason: string): void {
    vm.held = reason;
  }

  /** The job is done. */
  release(vm: VmRecord): void {
    vm.held = null;
  }

  /** Says no, with the reason, to what the machine's state, or a job on its files, doesn't allow. */
  demand(vm: VmRecord, action: VmAction): void {
    const allowance =
      vm.held === null ? vmActionAllowance(action, vm.state) : { allowed: false as const, reason: vm.held };
    if (!allowance.allowed)
      throw failure('vm-action-refused', {
        name: vm.spec.name,
        action: actionWords[action],
        reason: allowance.reason,
      });
  }

  /** The kernel announced its control socket, or an earlier host's machine was found with one. */
  cameUp(vm: VmRecord, announcedPath: string): void {
    const expected = this.files.mconsoleSocket(vm.spec.name);
    if (announcedPath !== expected) {
      // The kernel took a random umid, because its own was in use: nobody could control this machine.
      log('warn', 'wrong umid', { name: vm.spec.name, announcedPath });
      vm.wrongUmid = true;
      void this.ladder(vm).take('kill');
      return;
    }
    vm.mconsole = new MconsoleClient(this.events, vm.spec.name, expected);
    vm.happen('up', 'its control socket is there');
  }

  /** A machine's process is gone and everything it said was written down. */
  async ended(vm: VmRecord, exitCode: number | null, signal: string | null): Promise<void> {
    this.ladders.get(vm.spec.id)?.clear();
    this.ladders.delete(vm.spec.id);
    const consoleTail = (await vm.tracks[0]?.tail(EVIDENCE_BYTES)) ?? '';
    const evidence = { exitCode, signal, asked: vm.asked, panic: vm.panic, earlyOutput: '', consoleTail };
    const reason: StopReason = vm.wrongUmid ? { code: 'wrong-umid' } : whyItStopped(evidence);
    await this.closeRun(vm, { exitCode, signal, reason });
  }

  private async closeRun(vm: VmRecord, end: Omit<NonNullable<Run['end']>, 'at'>): Promise<void> {
    vm.process = null;
    vm.mconsole = null;
    vm.cpu = null;
    if (vm.run !== null) {
      vm.run = { ...vm.run, end: { at: new Date().toISOString(), ...end } };
      await this.files
        .saveRun(vm.spec.id, vm.run)
        .catch((error: Error) => log('error', 'run not saved', { error: error.message }));
      for (const track of vm.tracks) track.setRun(vm.run);
    }
    await this.refreshLayer(vm);
    vm.happen(isOrderlyStop(end.reason) ? 'end' : 'crash', end.reason.code);
  }

  /** Reads again what the layer holds. A missing or damaged one breaks the machine. */
  async refreshLayer(vm: VmRecord): Promise<void> {
    try {
      vm.layer = await layerView(this.files.layer(vm.spec));
    } catch (error) {
      vm.layer = null;
      if (!(error instanceof Failure)) throw error;
      vm.problem = error.error;
    }
  }

  private cpusInUse(): number[] {
    return [...this.records.values()].flatMap((vm) => (vm.cpu === null ? [] : [vm.cpu]));
  }

  private argv(spec: VmSpec): string[] {
    return commandLine(spec, {
      umlDir: this.files.umlDir,
      layer: this.files.layer(spec),
      base: spec.disk.basePath,
      notifySocket: this.files.notifySocket(spec.name),
    });
  }

  private ladder(vm: VmRecord): StopLadder {
    const ladder = this.ladders.get(vm.spec.id) ?? new StopLadder(vm, this.files.umlDir);
    this.ladders.set(vm.spec.id, ladder);
    return ladder;
  }
}

function asFailure(error: unknown, name: string): Failure {
  return error instanceof Failure ? error : failure('start-failed', { name, why: (error as Error).message });
}

const actionWords: Readonly<Record<VmAction, string>> = {
  start: 'be started',
  shutdown: 'be shut down',
  halt: 'be halted',
  force: 'be forced off',
  delete: 'be deleted',
  merge: 'be merged',
};
