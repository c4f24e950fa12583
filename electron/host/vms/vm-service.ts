import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CallInput } from '@shared/api/calls.js';
import { consoleText } from '@shared/consoles/console-text.js';
import { guestDevice, RESCUE_CONSOLE, type ConsoleName } from '@shared/consoles/console-name.js';
import { ConsoleViewers } from '../consoles/console-viewers.js';
import { isDebugTool } from '@shared/debug/debug-tool.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { shellText } from '@shared/vms/command-line.js';
import { noDiskFlags, type DiskSource } from '@shared/layers/disk.js';
import { diskBoot } from '@shared/vms/boot.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { isNommu } from '@shared/kernels/nommu.js';
import { translateNics } from '@shared/networks/translate.js';
import { macOf } from '@shared/networks/mac.js';
import type { Nic, WantedNic } from '@shared/networks/nic.js';
import { shareText } from '@shared/vms/share.js';
import { startCircle } from '@shared/vms/start-order.js';
import { vmActionAllowance, type VmAction } from '@shared/vms/vm-actions.js';
import { vmIdSchema, type VmId } from '@shared/vms/vm-id.js';
import { freeVmName, isVmName, nearestVmName } from '@shared/vms/vm-name.js';
import { defaultSettings, type VmChanges, type VmSpec } from '@shared/vms/vm-spec.js';
import { isLive } from '@shared/vms/vm-state.js';
import { checkChannels, type OwnFiles } from '../consoles/channel-checks.js';
import type { ImageService } from '../images/image-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { fileLocks } from '../platform/file-locks.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';
import { checkExtraWords, checkRunMode } from './check-run-mode.js';
import { allowedCpus, cpuFor, pinTree } from './cpu-spread.js';
import { checkConfinedLines, checkHostRoot, nameForRoot } from './host-root.js';
import type { MachineDisks } from './machine-disks.js';
import type { RunService } from './run-service.js';
import { checkMemory, checkMemoryFolder, checkPaths } from './start-checks.js';
import { checkShares } from './shares.js';
import { isConfined, type VmFiles } from './vm-files.js';
import { VmRecord } from './vm-record.js';

/** All machines: makes, changes and deletes them, and says what may be done to them. */
export class VmService {
  readonly records = new Map<VmId, VmRecord>();
  private watchers: ((vm: VmRecord) => void)[] = [];
  /** Names that are being given away while a machine is made. */
  private readonly reserved = new Set<string>();
  /** Machines whose folders are being removed. */
  private readonly deleting = new Set<VmId>();
  /** Those that this host has deleted. */
  private readonly deleted = new Set<VmId>();

  constructor(
    readonly files: VmFiles,
    private readonly store: StateStore,
    private readonly images: ImageService,
    private readonly kernels: KernelService,
    readonly runs: RunService,
    readonly disks: MachineDisks,
  ) {}

  /** Calls back after every change of any machine, its deletion included. Returns how to hear no more. */
  whenChanged(watcher: (vm: VmRecord) => void): () => void {
    this.watchers.push(watcher);
    return () => {
      this.watchers = this.watchers.filter((other) => other !== watcher);
    };
  }

  private changed(vm: VmRecord): void {
    for (const watcher of this.watchers) watcher(vm);
  }

  /** A machine by its id. Throws Failure `vm-unknown`. */
  get(id: VmId): VmRecord {
    const vm = this.records.get(id);
    if (!vm) throw failure('vm-unknown', { name: id });
    return vm;
  }

  /** True while any machine has a process, or waits for one that has. */
  get anyLive(): boolean {
    return [...this.records.values()].some((vm) => isLive(vm.state) || vm.waiting !== null);
  }

  /** Puts a machine into the host's view of the world. */
  register(spec: VmSpec, state: VmRecord['state']): VmRecord {
    const vm = new VmRecord(spec, state, (view) => {
      this.store.change({ collection: 'vms', id: spec.id, value: view });
      this.changed(vm);
    });
    this.records.set(spec.id, vm);
    return vm;
  }

  /** A name that no machine has, the wanted one if it is free; kept for the caller until `work` is done. */
  async withName<T>(wanted: string | null, base: string, work: (name: string) => Promise<T>): Promise<T> {
    const taken = new Set([...this.reserved, ...[...this.records.values()].map((vm) => vm.spec.name)]);
    const name = wanted ?? freeVmName(base, taken);
    if (!isVmName(name)) throw failure('vm-name-invalid', { name, nearest: nearestVmName(name) });
    if (taken.has(name)) throw failure('vm-name-taken', { name });
    this.reserved.add(name);
    try {
      return await work(name);
    } finally {
      this.reserved.delete(name);
    }
  }

  /** Makes a machine with a new layer; nothing is left when that fails. */
  create({ layerId, ...input }: Omit<CallInput<'vms.create'>, 'start' | 'addGuestTools'>): Promise<VmId> {
    const { root } = input;
    return this.withName(input.name, nameForRoot(root), async (name) => {
      checkMemory(input.memoryMiB);
      checkPaths([this.files.umlDir]);
      const kernel = await (input.kernelPath === null
        ? this.kernels.newest()
        : this.kernels.probe(input.kernelPath));
      if (root) await checkHostRoot(root, { init: null, consoles: input.consoles }, kernel, this.files);
      await checkChannels(input.consoles ?? [], kernel, this.ownFiles());
      const id = newVmId();
      const spec: VmSpec = {
        version: 7,
        id,
        name,
        memoryMiB: input.memoryMiB,
        kernelPath: kernel.path,
        consoles: input.consoles,
        // Paddock's own init starts them.
        guestTools: root?.kind === 'computer',
        disks: [],
        createdAt: new Date().toISOString(),
        ...defaultSettings,
        nics: withMacs(input.nics ?? []),
        boot: root ? { root, init: null } : diskBoot,
      };
      const given = layerId === undefined ? undefined : this.disks.freeLayer(layerId);
      try {
        await mkdir(this.files.folder(id), { recursive: true, mode: 0o700 });
        const source: DiskSource =
          layerId !== undefined
            ? { kind: 'free-layer', layerId }
            : { kind: input.disk ?? 'layer', image: input.image };
        if (!root) await this.makeFirstDisk(spec, source, input.image);
        await this.files.saveSpec(spec);
      } catch (error) {
        const [disk] = spec.disks;
        // Before its folder goes: what somebody worked on is in it.
        if (given && disk) await this.disks.giveBack(given, this.files.disk(spec, disk));
        await this.files.remove(id);
        throw error;
      }
      const vm = this.register(spec, 'defined');
      await this.runs.refreshLayer(vm);
      vm.announce();
      return id;
    });
  }

  /** Its first disk, and what the library knows of booting from it. */
  private async makeFirstDisk(spec: VmSpec, source: DiskSource, imageName: string): Promise<void> {
    const disk = await this.disks.make(spec, { unit: 0, source, flags: noDiskFlags, serial: null });
    spec.disks = [disk];
    const { images } = this.store.state;
    const image =
      disk.kind === 'layer'
        ? images[disk.imageId]
        : Object.values(images).find(({ id, name }) => [id, name].includes(imageName));
    if (!image) return;
    spec.guestTools = image.guestTools;
    spec.boot = { root: { kind: 'disk', partition: image.rootPartition }, init: image.init };
  }

  /** Changes a machine's settings. Throws Failure, and nothing has changed, when one of them won't do. */
  async configure(id: VmId, changes: VmChanges): Promise<void> {
    const vm = this.get(id);
    if (vm.state === 'broken')
      throw failure('vm-action-refused', {
        name: vm.spec.name,
        action: 'be changed',
        reason: 'A file of it is missing or damaged.',
      });
    // What is written into a folder that is being removed would stay behind in it.
    if (this.deleting.has(id)) throw failure('vm-unknown', { name: vm.spec.name });
    if (changes.memoryMiB !== undefined) checkMemory(changes.memoryMiB);
    if (typeof changes.pin === 'number' && !allowedCpus().includes(changes.pin))
      throw failure('pin-unknown', { cpu: changes.pin, allowed: allowedCpus().join(', ') });
    if (
      changes.memoryFolder != null &&
      isConfined({ ...vm.spec, shares: changes.shares ?? vm.spec.shares }, null)
    )
      throw failure('root-memory-folder', { name: vm.spec.name });
    if (changes.memoryFolder != null)
      await checkMemoryFolder(changes.memoryFolder, changes.memoryMiB ?? vm.spec.memoryMiB);
    if (changes.consoles !== undefined) {
      if (isConfined({ ...vm.spec, shares: changes.shares ?? vm.spec.shares }, null))
        checkConfinedLines(changes.consoles);
      // Only what is new: a terminal that was unplugged is no reason to refuse another line.
      const before = new Set([...vm.spec.consoles, ...(vm.wired ?? [])].map(consoleText));
      const added = changes.consoles.filter((console) => !before.has(consoleText(console)));
      if (added.length > 0)
        await checkChannels(added, await this.kernels.probe(vm.spec.kernelPath), this.ownFiles());
    }
    if (changes.runMode !== undefined) {
      checkExtraWords(changes.runMode);
      checkRunMode(changes.runMode, await this.kernels.probe(changes.kernelPath ?? vm.spec.kernelPath));
    }
    if (changes.shares !== undefined) {
      const { consoles, memoryFolder, shares } = { ...vm.spec, ...withoutGaps(changes) };
      // Only what is new: a folder that is gone is no reason to refuse another one.
      const before = new Set(vm.spec.shares.map(shareText));
      const added = shares.filter((share) => !before.has(shareText(share)));
      const kernel = await this.kernels.probe(changes.kernelPath ?? vm.spec.kernelPath).catch(() => null);
      await checkShares(
        { ...vm.spec, consoles, memoryFolder, shares: added },
        kernel,
        this.files,
        this.kernelPaths(),
      );
    }
    const kernelPath = changes.kernelPath;
    if (kernelPath !== undefined && kernelPath !== vm.spec.kernelPath)
      return this.changeKernel(vm, changes, kernelPath);
    const { nics, ...others } = changes;
    const spec: VmSpec = {
      ...vm.spec,
      ...withoutGaps(others),
      ...(nics === undefined ? {} : { nics: withMacs(nics) }),
    };
    if (changes.startAfter !== undefined) this.checkStartOrder(spec);
    // At once: of two that change different things at the same moment neither must undo the other.
    const before = vm.spec;
    vm.spec = spec;
    try {
      await this.files.saveSpec(vm.spec);
    } catch (error) {
      vm.spec = before;
      throw error;
    }
    // What is kept is told, also when the kernel that runs didn't do it.
    if (nics !== undefined && isLive(vm.state)) await this.changeCards(vm).finally(() => vm.announce());
    if (changes.pin !== undefined && vm.run !== null && isLive(vm.state)) {
      vm.cpu = cpuFor(spec, this.cpusInUse(vm));
      pinTree(this.files.place(spec, vm.run), vm.cpu);
    }
    // A start that waits looks again.
    vm.announce();
  }

  /**
   * Gives a machine that is off another kernel, with what the other changes are; its cards are translated to what that
   * kernel has (shared/networks/translate), unless they are among the changes.
   */
  private async changeKernel(vm: VmRecord, changes: VmChanges, wanted: string): Promise<void> {
    if (isLive(vm.state))
      throw failure('vm-action-refused', {
        name: vm.spec.name,
        action: 'get another kernel',
        reason: 'It runs on the one that it has.',
      });
    const to = await this.kernels.probe(wanted);
    const from = await this.kernels.probe(vm.spec.kernelPath).catch(() => null);
    const { kernelPath: _wanted, ...others } = changes;
    if (Object.keys(others).length > 0) await this.configure(vm.spec.id, others);
    const found = translateNics(vm.spec.nics, from, to, this.store.state.networks);
    const nics =
      changes.nics === undefined
        ? vm.spec.nics.map((nic, n) => ({ ...nic, link: found[n]?.link ?? nic.link }))
        : vm.spec.nics;
    const before = vm.spec;
    this.kernels.know(to);
    vm.spec = { ...before, kernelPath: to.path, nics };
    try {
      await this.files.saveSpec(vm.spec);
    } catch (error) {
      vm.spec = before;
      throw error;
    }
    vm.announce();
  }

  /** Kernels of all machines, which a guest must not write. */
  kernelPaths(): string[] {
    return [
      ...new Set([
        ...[...this.records.values()].map(({ spec }) => spec.kernelPath),
        ...Object.keys(this.store.state.kernels),
      ]),
    ];
  }

  /** What no line of a machine may be led into. */
  ownFiles(): OwnFiles {
    const disks = [...this.records.values()].flatMap(({ spec }) =>
      spec.disks.flatMap((disk) =>
        disk.kind === 'layer' ? [disk.basePath] : disk.kind === 'file' ? [disk.path] : [],
      ),
    );
    const { vmsDir, umlDir } = this.files;
    // The folders that these are in have the rest: images, sockets, the log.
    return { folders: [dirname(vmsDir), dirname(umlDir)], disks };
  }

  /** The arguments of a machine's network cards, as far as they are known before its start; by whoever knows them (main.ts). */
  nicWords: (spec: VmSpec, kernel: Pick<Kernel, 'transports' | 'version'>) => string[] = () => [];

  /** Brings the cards of a machine that runs to what its settings say; by whoever can (main.ts). */
  changeCards: (vm: VmRecord) => Promise<void> = () => Promise.resolve();

  /** Every layer that is known, with its base; by whoever knows them all (main.ts). */
  layersOnBases: () => { basePath: string; name: string }[] = () => [];

  private checkStartOrder(spec: VmSpec): void {
    for (const { vmId } of spec.startAfter) this.get(vmId);
    const graph = new Map([...this.records.values()].map((vm) => [vm.spec.id, vm.spec.startAfter]));
    graph.set(spec.id, spec.startAfter);
    const circle = startCircle(graph, spec.id);
    if (circle === null) return;
    const names = circle.map((id) => (id === spec.id ? spec.name : this.get(id).spec.name));
    throw failure('start-circle', { names: names.join(' after ') });
  }

  /** Whether a file in a machine's folder is a disk of it; unknown where its settings can't be read. */
  whoUses(path: string): 'used' | 'unused' | 'unknown' {
    for (const { spec, state } of this.records.values()) {
      if (spec.disks.some((disk) => this.files.disk(spec, disk) === path)) return 'used';
      if (state === 'broken' && path.startsWith(`${this.files.folder(spec.id)}/`)) return 'unknown';
    }
    return 'unused';
  }

  /** Deletes a machine: its layer, its runs, its settings. */
  async delete(id: VmId): Promise<void> {
    const vm = this.get(id);
    this.demand(vm, 'delete');
    this.hold(vm, 'It is being deleted.');
    this.deleting.add(id);
    try {
      await this.checkUnused(vm.spec);
      await this.files.remove(id);
    } catch (error) {
      this.release(vm);
      // Whoever waited for it waits in vain.
      vm.announce();
      if (error instanceof Failure) throw error;
      throw failure('delete-failed', { name: vm.spec.name, why: (error as Error).message });
    } finally {
      this.deleting.delete(id);
    }
    this.records.delete(id);
    this.deleted.add(id);
    vm.forget();
    this.store.change({ collection: 'vms', id, value: null });
    this.changed(vm);
    await this.dropFromStartOrders();
  }

  /**
   * A machine whose settings were damaged while it ran is broken, and runs; and a merge of its layer may wait to be
   * resumed. Throws Failure: layer-locked, layer-half-merged.
   */
  private async checkUnused(spec: VmSpec): Promise<void> {
    // Of all disks that are in its folder: what its settings said of them may be what was damaged.
    for (const path of await this.files.ownDisks(spec.id)) {
      const [lock] = await fileLocks(path).catch(() => []);
      if (lock) throw failure('layer-locked', { path, pid: lock.pid });
      // Of one without settings nobody knows the layers, so a merge can't be resumed by way of it.
      if (spec.disks.length > 0) this.disks.checkUnneeded(path);
    }
  }

  /** Nobody starts after a machine that is gone. */
  private async dropFromStartOrders(): Promise<void> {
    for (const vm of this.records.values()) {
      // All that were deleted, not only the last: of several at once each looks here, in any order.
      const startAfter = vm.spec.startAfter.filter(({ vmId }) => !this.deleted.has(vmId));
      if (startAfter.length === vm.spec.startAfter.length) continue;
      vm.spec = { ...vm.spec, startAfter };
      // One that is being deleted, too, has no folder to write to. Not written down it is as good: see startWaiting.
      if (!this.deleting.has(vm.spec.id)) {
        const notSaved = ({ message }: Error): void =>
          log('warn', 'start order not saved', { name: vm.spec.name, error: message });
        await this.files.saveSpec(vm.spec).catch(notSaved);
      }
      vm.announce();
    }
  }

  /** Gives a console a size, now and at every later start. */
  resize(id: VmId, console: ConsoleName, cols: number, rows: number): void {
    const vm = this.get(id);
    if (!vm.hasConsole(console)) throw failure('console-unknown', { name: vm.spec.name, console });
    vm.sizes.set(console, { cols, rows });
    if (isDebugTool(console)) return vm.debugSessions.get(console)?.resize(cols, rows);
    vm.process?.resize(console, cols, rows);
    if (console !== RESCUE_CONSOLE && vm.process?.tellsSize(console) === false)
      vm.guestTools?.resize(guestDevice(console), { cols, rows });
  }

  /** Who looks at a console of a machine; together they say what size it has. */
  viewers(id: VmId, console: ConsoleName): ConsoleViewers {
    const { viewers } = this.get(id);
    const here =
      viewers.get(console) ??
      new ConsoleViewers(({ cols, rows }) => {
        // The machine, or the console, may be gone before who looked at it.
        if (this.records.get(id)?.hasConsole(console)) this.resize(id, console, cols, rows);
      });
    viewers.set(console, here);
    return here;
  }

  /** The exact argv of the next start, and as a line for a shell. */
  async commandLine(id: VmId): Promise<{ argv: string[]; text: string }> {
    const { spec } = this.get(id);
    const kernel = await this.kernels.probe(spec.kernelPath).catch(() => null);
    const words = this.nicWords(spec, kernel ?? { version: '', transports: null });
    const argv = this.runs.argv(spec, words, kernel !== null && isNommu(kernel));
    return { argv, text: shellText(argv) };
  }

  /** CPUs that running machines are kept on, but one. */
  cpusInUse(but: VmRecord): number[] {
    return [...this.records.values()].flatMap((vm) => (vm === but || vm.cpu === null ? [] : [vm.cpu]));
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
    const isHeld = vm.held !== null && needsFiles.has(action);
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

/** What works on a machine's files: of these only one at a time. */
const needsFiles: ReadonlySet<VmAction> = new Set([
  'start',
  'delete',
  'merge',
  'snapshot',
  'branch',
  'restore',
]);

/** An id that no machine has. */
export function newVmId(): VmId {
  return vmIdSchema.parse(randomBytes(6).toString('hex'));
}

/** Network cards with an address each. */
function withMacs(nics: readonly WantedNic[]): Nic[] {
  return nics.map(({ mac, ...nic }) => ({ ...nic, mac: mac ?? macOf([...randomBytes(3)]) }));
}

/** A partial's absent keys are absent, not undefined. */
function withoutGaps(changes: Omit<VmChanges, 'nics'>): Partial<VmSpec> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

const actionWords: Readonly<Record<VmAction, string>> = {
  start: 'be started',
  shutdown: 'be shut down',
  restart: 'be restarted',
  pause: 'be paused',
  resume: 'go on',
  control: 'be given a command',
  halt: 'be halted',
  force: 'be forced off',
  delete: 'be deleted',
  merge: 'be merged',
  snapshot: 'be copied',
  branch: 'be branched',
  restore: 'go back',
};
