import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { CallInput } from '@shared/api/calls.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { shellText } from '@shared/vms/command-line.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { vmActionAllowance, type VmAction } from '@shared/vms/vm-actions.js';
import { freeVmName, isVmName, nearestVmName } from '@shared/vms/vm-name.js';
import { vmIdSchema, type VmId, type VmSpec } from '@shared/vms/vm-spec.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { StopRung } from '@shared/vms/vm-view.js';
import type { ImageService } from '../images/image-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { checkLayer, createLayer } from '../layers/layer-files.js';
import { reapMachine } from '../platform/processes.js';
import type { StateStore } from '../state-store.js';
import { leastUsedCpu } from './cpu-spread.js';
import {
  checkMemory,
  checkMemoryFolder,
  checkPaths,
  checkSocketPaths,
  memoryFolder,
} from './start-checks.js';
import type { RunService } from './run-service.js';
import type { VmFiles } from './vm-files.js';
import { VmRecord } from './vm-record.js';

const firstRung: Readonly<Record<'shutdown' | 'halt' | 'force', StopRung>> = {
  shutdown: 'shutdown',
  halt: 'halt',
  force: 'terminate',
};

/** Makes, starts, stops and deletes machines. */
export class VmService {
  readonly records = new Map<VmId, VmRecord>();
  /** Names that are being given away while a machine is made. */
  private readonly reserved = new Set<string>();

  constructor(
    readonly files: VmFiles,
    private readonly store: StateStore,
    private readonly images: ImageService,
    private readonly kernels: KernelService,
    readonly runs: RunService,
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
      checkPaths([this.files.vmsDir, this.files.umlDir]);
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
      await this.runs.refreshLayer(vm);
      vm.announce();
      // A start that fails is told by the machine itself: it was made, and stays.
      if (input.start) await this.start(id).catch(onlyFailures);
      return id;
    } finally {
      this.reserved.delete(name);
    }
  }

  /** Starts a machine; returns when its process runs. Throws Failure, and nothing has changed, when a check fails. */
  async start(id: VmId): Promise<void> {
    const vm = this.get(id);
    this.demand(vm, 'start');
    // At once, before anything is awaited: a second start, a delete or a merge must not slip in between.
    this.hold(vm, 'It is starting already.');
    try {
      const kernel = await this.checkStart(vm);
      vm.problem = null;
      vm.happen('start', 'asked');
      await this.runs.launch(vm, kernel.version, leastUsedCpu(this.cpusInUse()));
    } catch (error) {
      vm.problem = asFailure(error, vm.spec.name).error;
      vm.announce();
      throw asFailure(error, vm.spec.name);
    } finally {
      this.release(vm);
    }
  }

  /** Everything that is known to make a start fail, before it does. */
  private async checkStart(vm: VmRecord): Promise<Kernel> {
    const { spec } = vm;
    checkMemory(spec.memoryMiB);
    checkPaths([this.files.layer(spec), this.files.umlDir, this.files.notifySocket(spec.name)]);
    checkSocketPaths(this.files.mconsoleSocket(spec.name), this.files.notifySocket(spec.name));
    const kernel = await this.kernels.probe(spec.kernelPath);
    await checkMemoryFolder(memoryFolder(), spec.memoryMiB);
    // Strays of an earlier run hold the disk's lock: gone before the lock is looked at.
    await reapMachine(spec.name, this.files.umlDir);
    await checkLayer(this.files.layer(spec), { free: true });
    return kernel;
  }

  /** Takes the ladder at the asked rung; returns once it was taken. */
  async stop(id: VmId, how: 'shutdown' | 'halt' | 'force'): Promise<void> {
    const vm = this.get(id);
    this.demand(vm, how);
    vm.asked = how;
    await this.runs.stop(vm, firstRung[how]);
  }

  /** Deletes a machine: its layer, its runs, its settings. */
  async delete(id: VmId): Promise<void> {
    const vm = this.get(id);
    this.demand(vm, 'delete');
    this.hold(vm, 'It is being deleted.');
    try {
      await this.files.remove(id);
    } catch (error) {
      this.release(vm);
      throw failure('delete-failed', { name: vm.spec.name, why: (error as Error).message });
    }
    this.records.delete(id);
    vm.forget();
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
    const argv = this.runs.argv(this.get(id).spec);
    return { argv, text: shellText(argv) };
  }

  private cpusInUse(): number[] {
    return [...this.records.values()].flatMap((vm) => (vm.cpu === null ? [] : [vm.cpu]));
  }

  /** Keeps a machine from being started, deleted or merged while somebody works on its files. */
  hold(vm: VmRecord, reason: string): void {
    vm.held = reason;
  }

  /** The job is done. */
  release(vm: VmRecord): void {
    vm.held = null;
  }

  /** Says no, with the reason, to what the machine's state, or a job on its files, doesn't allow. */
  demand(vm: VmRecord, action: VmAction): void {
    const isHeld = vm.held !== null && (action === 'start' || action === 'delete' || action === 'merge');
    const allowance = isHeld
      ? { allowed: false as const, reason: vm.held ?? '' }
      : vmActionAllowance(action, vm.state);
    if (!allowance.allowed)
      throw failure('vm-action-refused', {
        name: vm.spec.name,
        action: actionWords[action],
        reason: allowance.reason,
      });
  }
}

/** Lets an expected failure pass and throws a bug on. */
function onlyFailures(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
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
