import { rm } from 'node:fs/promises';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import {
  diskWord,
  DISKS_MAX,
  freeUnit,
  type Disk,
  type DiskFlags,
  type LayerDisk,
} from '@shared/layers/disk.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import { machineLayerId } from '../layers/layer-catalog.js';
import { newLayerId, type LayerLibrary, type LibraryLayer } from '../layers/layer-library.js';
import { log } from '../platform/log.js';
import type { TrashService } from '../trash/trash-service.js';
import { checkDiskFree, diskName } from './check-disks.js';
import type { MachineDisks, NewDisk } from './machine-disks.js';
import { isConfined } from './vm-files.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

/** Disks of machines: more of them, other flags, fewer; of a machine that runs at once, by its management console. */
export class DiskService {
  /** Called with the ids of layers that came or went. */
  onLayers: (ids: string[]) => Promise<void> = async () => {};

  constructor(
    private readonly vms: VmService,
    private readonly disks: MachineDisks,
    private readonly library: LayerLibrary,
    private readonly trash: TrashService,
  ) {}

  /** Gives a machine one more disk, and the one that runs, too. Throws Failure, and nothing has changed. */
  async add(
    vmId: VmId,
    { unit: wanted, ...asked }: Omit<NewDisk, 'unit'> & { unit: number | null },
  ): Promise<number> {
    const vm = this.vms.get(vmId);
    return this.alone(vm, async () => {
      const { name, boot } = vm.spec;
      if (boot.root.kind !== 'disk') throw failure('root-no-disks', { name });
      if (isLive(vm.state) && isConfined(vm.spec, vm.run))
        throw failure('disk-refused', {
          name,
          disk: 'A disk',
          why: 'it has shared folders and sees no other files of this computer than those that it was started with; shut it down first',
        });
      const unit = wanted ?? freeUnit(vm.spec.disks);
      if (unit === null) throw failure('disks-full', { name, most: DISKS_MAX });
      if (vm.spec.disks.some((disk) => disk.unit === unit))
        throw failure('disk-taken', { name, disk: diskName(unit) });
      const { source } = asked;
      const taken = source.kind === 'free-layer' ? this.disks.freeLayer(source.layerId) : undefined;
      const disk = await this.disks.make(vm.spec, { unit, ...asked });
      const before = vm.spec;
      vm.spec = { ...before, disks: [...before.disks, disk].sort((a, b) => a.unit - b.unit) };
      try {
        await this.disks.ensureLinks(vm.spec);
        await checkDiskFree(this.vms, vm, disk);
        if (vm.isUp) await this.plug(vm, disk);
        await this.vms.files.saveSpec(vm.spec);
      } catch (error) {
        vm.spec = before;
        if (vm.plugged.includes(unit)) await this.unplug(vm, unit).catch(() => {});
        await this.undo(vm, disk, taken ?? null);
        throw error;
      }
      if (isLive(vm.state)) this.vms.runs.watchLayers(vm, vm.plugged);
      await this.vms.runs.refreshLayer(vm);
      if (disk.kind === 'layer') await this.onLayers([machineLayerId(vmId, unit)]);
      return unit;
    });
  }

  /** Changes flags or serial number of a disk of a machine that is off. Throws Failure. */
  async change(vmId: VmId, unit: number, flags: DiskFlags, serial: string | null): Promise<void> {
    const vm = this.vms.get(vmId);
    await this.alone(vm, async () => {
      const disk = this.get(vm, unit);
      if (isLive(vm.state))
        throw failure('disk-refused', {
          name: vm.spec.name,
          disk: diskName(unit),
          why: 'its flags are fixed while the machine runs; shut it down first',
        });
      const before = vm.spec;
      const changed = { ...disk, flags, serial };
      vm.spec = { ...before, disks: before.disks.map((one) => (one.unit === unit ? changed : one)) };
      try {
        await checkDiskFree(this.vms, vm, changed);
        await this.vms.files.saveSpec(vm.spec);
      } catch (error) {
        vm.spec = before;
        throw error;
      }
    });
  }

  /** Takes a disk away; what Paddock made of it is kept, as a free layer or in the trash. Throws Failure. */
  async remove(vmId: VmId, unit: number): Promise<void> {
    const vm = this.vms.get(vmId);
    await this.alone(vm, async () => {
      const disk = this.get(vm, unit);
      if (disk === vm.spec.disks[0] && isLive(vm.state))
        throw failure('disk-refused', {
          name: vm.spec.name,
          disk: diskName(unit),
          why: 'the guest runs from it',
        });
      this.disks.checkUnneeded(this.vms.files.disk(vm.spec, disk));
      if (vm.isUp && vm.plugged.includes(unit)) await this.unplug(vm, unit);
      // Before the machine forgets it: killed between the two, the next host knows whose it is.
      const record = disk.kind === 'layer' ? this.freed(vm, disk) : null;
      const move = record && (await this.library.expect(record, this.vms.files.disk(vm.spec, disk)));
      vm.spec = { ...vm.spec, disks: vm.spec.disks.filter((one) => one.unit !== unit) };
      await this.vms.files.saveSpec(vm.spec);
      await this.letGo(vm, disk, move);
      if (record) await this.onLayers([record.id]);
      if (isLive(vm.state)) this.vms.runs.watchLayers(vm, vm.plugged);
      await this.vms.runs.refreshLayer(vm);
    });
  }

  /** Tells the running kernel, and looks whether it has the disk now: its yes doesn't prove it. */
  private async plug(vm: VmRecord, disk: Disk): Promise<void> {
    const argument = this.disks.arguments(vm.spec).find(({ unit }) => unit === disk.unit);
    if (!argument) return;
    await this.say(vm, `config ${diskWord(argument)}`, disk.unit);
    const said = await this.say(vm, `config ubd${disk.unit}`, disk.unit);
    if (!said.includes(argument.path))
      throw failure('disk-refused', {
        name: vm.spec.name,
        disk: diskName(disk.unit),
        why: 'its kernel took the command, and has no such disk',
      });
    vm.plugged = [...vm.plugged, disk.unit];
  }

  private async unplug(vm: VmRecord, unit: number): Promise<void> {
    await this.say(vm, `remove ubd${unit}`, unit);
    vm.plugged = vm.plugged.filter((one) => one !== unit);
  }

  private async say(vm: VmRecord, command: string, unit: number): Promise<string> {
    const { name } = vm.spec;
    try {
      const text = await (vm.mconsole?.call(command) ??
        Promise.reject(new Error('its kernel does not answer')));
      vm.note({ kind: 'command', command, ok: true });
      return text;
    } catch (error) {
      vm.note({ kind: 'command', command, ok: false });
      const why = error instanceof Failure ? String(error.error.params['why']) : (error as Error).message;
      throw failure('disk-refused', {
        name,
        disk: diskName(unit),
        why: why.includes('currently open') ? 'its guest has it open; unmount it there first' : why.trim(),
      });
    }
  }

  /** A disk that could not be added: what was made for it goes, and a free layer is free again, as it was. */
  private async undo(vm: VmRecord, disk: Disk, taken: LibraryLayer | null): Promise<void> {
    if (disk.kind === 'file') return;
    const path = this.vms.files.disk(vm.spec, disk);
    if (taken === null) return rm(path, { force: true });
    await this.disks.giveBack(taken, path);
    await this.onLayers([taken.id]);
  }

  /** A layer becomes free; a disk of the machine's own goes to the trash; somebody's file stays where it is. */
  private async letGo(vm: VmRecord, disk: Disk, move: (() => Promise<void>) | null): Promise<void> {
    const path = this.vms.files.disk(vm.spec, disk);
    const { name } = vm.spec;
    if (disk.kind === 'own')
      await this.trash.put({ path, name: `${disk.origin}, of ${name}`, why: `taken from ${name}` });
    await move?.().catch((error: Error) =>
      log('warn', 'layer not there any more', { path, error: error.message }),
    );
  }

  /** What a layer that a machine lets go of is as a free one. */
  private freed({ spec: { name } }: VmRecord, disk: LayerDisk): LibraryLayer {
    const { imageId, basePath, createdAt, note } = disk;
    return {
      version: 1,
      role: 'free',
      id: newLayerId(),
      name: `${name} ubd${disk.unit}`,
      note,
      imageId,
      basePath,
      createdAt,
      origin: `was ubd${disk.unit} of ${name}`,
    };
  }

  private get(vm: VmRecord, unit: number): Disk {
    const disk = vm.spec.disks.find((one) => one.unit === unit);
    if (!disk) throw failure('disk-none', { name: vm.spec.name, disk: diskName(unit) });
    return disk;
  }

  /** One change of a machine's disks at a time, and none while its state is changing. */
  private async alone<T>(vm: VmRecord, work: () => Promise<T>): Promise<T> {
    const { name } = vm.spec;
    const refuse = (why: string): Failure => failure('disk-refused', { name, disk: 'A disk', why });
    if (vm.spec.taken !== null) throw refuse('it was started outside Paddock and keeps its own disks');
    if (vm.held !== null) throw refuse(vm.held.replace(/\.$/, ''));
    if (vm.state === 'starting' || vm.state === 'stopping') throw refuse('it is just starting or stopping');
    this.vms.hold(vm, 'Its disks are being changed.');
    try {
      return await work();
    } finally {
      this.vms.release(vm);
      vm.announce();
    }
  }
}
