import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import type { Layer } from '@shared/layers/layer.js';
import { isLive } from '@shared/vms/vm-state.js';
import { runBlockTask } from '../blocks/run-block-task.js';
import type { ImageService } from '../images/image-service.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import type { TrashService } from '../trash/trash-service.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import type { LayerCatalog } from './layer-catalog.js';
import { readLayerHeader } from './layer-files.js';
import { newLayerId, type LayerLibrary, type LibraryLayer } from './layer-library.js';
import { onDisk, watched } from './merge-engines.js';
import { layerDisk, renewLayer } from './renew-layer.js';
import type { StillCopies } from './still-copies.js';
import { trashMachineLayer } from './trash-machine-layer.js';

/** Layers as such: makes them, branches them, says what they are, puts them away, moves machines to another base. */
export class LayerService {
  constructor(
    private readonly vms: VmService,
    private readonly images: ImageService,
    private readonly jobs: JobService,
    private readonly catalog: LayerCatalog,
    private readonly library: LayerLibrary,
    private readonly trash: TrashService,
    private readonly copies: StillCopies,
  ) {}

  /** An empty layer that no machine has, on an image. Throws Failure as the image's check. */
  async create(wanted: string, name: string, note: string): Promise<string> {
    const image = await this.images.resolve(wanted);
    const id = newLayerId();
    const path = this.library.pathOf(id);
    await this.vms.disks.makeLayer(path, image.path);
    try {
      await this.library.save({
        version: 1,
        role: 'free',
        id,
        name,
        note,
        imageId: image.id,
        basePath: image.path,
        createdAt: new Date().toISOString(),
        origin: 'made empty',
      });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    await this.catalog.lookAt([id]);
    return id;
  }

  /**
   * Copies a layer into one that no machine has, as a job whose result is its id. A machine that runs stands still for
   * it, as for a snapshot. Throws Failure.
   */
  async branch(layerId: string, name: string, note: string): Promise<string> {
    const layer = this.catalog.get(layerId);
    const vm = this.machineOf(layer);
    if (vm) this.vms.demand(vm, 'branch');
    const isOff = vm === null || !isLive(vm.state);
    // Before anything is awaited: a start, a merge or the trash must not slip in between.
    const release = this.vms.disks.holds.take([layer.path], `a branch of ${layer.name} is being made`);
    if (vm) this.vms.hold(vm, 'A branch of its layer is being made.');
    const giveBack = (): void => {
      release();
      if (!vm) return;
      this.vms.release(vm);
      vm.announce();
    };
    try {
      await readLayerHeader(layer.path);
    } catch (error) {
      giveBack();
      throw error;
    }
    return this.jobs.start(
      {
        kind: 'branch-layer',
        title: `Branching ${layer.name}`,
        vmId: vm?.spec.id ?? null,
        steps: [...(vm ? this.copies.steps(isOff, 'the layer') : ['Copy the layer']), 'Note it down'],
      },
      async (report) => {
        try {
          return await this.copyToLibrary(layer, { vm, isOff }, name, note, report);
        } finally {
          giveBack();
          await this.catalog.lookAt([layer.id]);
        }
      },
    );
  }

  /** Changes the name of a free layer, or the note of any. Throws Failure. */
  async describe(layerId: string, name: string | undefined, note: string | undefined): Promise<void> {
    const layer = this.catalog.get(layerId);
    const ids = [layerId];
    const vm = this.machineOf(layer);
    if (vm && layer.unit !== null) {
      if (name !== undefined)
        throw failure('layer-not-free', {
          name: layer.name,
          why: 'a machine’s layer is called as the machine',
        });
      const disk = { ...layerDisk(vm, layer.unit), ...(note === undefined ? {} : { note }) };
      vm.spec = { ...vm.spec, disks: vm.spec.disks.map((one) => (one.unit === disk.unit ? disk : one)) };
      await this.vms.files.saveSpec(vm.spec);
      vm.announce();
    } else {
      const record = this.library.get(layerId);
      if (record.role === 'free')
        await this.library.save({ ...record, note: note ?? record.note, name: name ?? record.name });
      else {
        if (name !== undefined)
          throw failure('layer-not-free', { name: layer.name, why: 'a snapshot is called by its note' });
        // All layers of a snapshot have one note.
        for (const one of this.library.snapshot(record.snapshotId)) {
          await this.library.save({ ...one, note: note ?? one.note });
          ids.push(one.id);
        }
      }
    }
    await this.catalog.lookAt(ids);
  }

  /** Puts a layer that no machine has into the trash; all layers of a snapshot go together. Throws Failure. */
  async putAway(layerId: string): Promise<void> {
    const layer = this.catalog.get(layerId);
    if (this.machineOf(layer))
      throw failure('layer-not-free', {
        name: layer.name,
        why: 'its machine has it; go back to the pristine base instead',
      });
    const record = this.library.get(layerId);
    const records = record.role === 'snapshot' ? this.library.snapshot(record.snapshotId) : [record];
    const paths = records.map(({ id }) => this.library.pathOf(id));
    const release = this.vms.disks.holds.take(paths, 'it is put into the trash');
    try {
      for (const path of paths) this.vms.disks.checkUnneeded(path);
      for (const one of records) {
        const companion = join(this.library.folder, `${one.id}.json`);
        await this.trash.put({
          path: this.library.pathOf(one.id),
          name: one.role === 'snapshot' ? `${one.note || 'snapshot'} of ${one.vmName}` : one.name,
          why: 'put away',
          companions: [{ path: companion, text: `${JSON.stringify(one, null, 2)}\n` }],
        });
        await this.library.remove(one.id);
      }
    } finally {
      release();
      await this.catalog.lookAt(records.map(({ id }) => id));
    }
  }

  /** Gives a machine a new layer on another image; the old one goes to the trash. Throws Failure. */
  async moveOver(layerId: string, wanted: string): Promise<void> {
    const layer = this.catalog.get(layerId);
    const vm = this.machineOf(layer);
    const { unit } = layer;
    if (!vm || unit === null)
      throw failure('layer-not-free', {
        name: layer.name,
        why: 'no machine has it, so there is none to move',
      });
    this.vms.demand(vm, 'restore');
    this.vms.disks.checkUnneeded(layer.path);
    this.vms.hold(vm, 'It is being moved to another base.');
    try {
      const image = await this.images.resolve(wanted);
      const { path, id } = image;
      await renewLayer(
        this.vms,
        vm,
        unit,
        { path, imageId: id, origin: `made with ${vm.spec.name} on ${image.name}` },
        () =>
          trashMachineLayer(this.vms, this.library, this.trash, vm, unit, `it was moved to ${image.name}`),
      );
      if (image.guestTools && !vm.spec.guestTools) {
        vm.spec = { ...vm.spec, guestTools: true };
        await this.vms.files.saveSpec(vm.spec);
      }
    } finally {
      this.vms.release(vm);
      vm.announce();
      await this.catalog.lookAt([layerId]);
    }
  }

  /** The machine whose own layer this is; null for one of the library. */
  machineOf(layer: Layer): VmRecord | null {
    return layer.role === 'machine' && layer.vmId !== null ? this.vms.get(layer.vmId) : null;
  }

  private async copyToLibrary(
    layer: Layer,
    { vm, isOff }: { vm: VmRecord | null; isOff: boolean },
    name: string,
    note: string,
    report: JobReporter,
  ): Promise<string> {
    const id = newLayerId();
    const path = this.library.pathOf(id);
    const partial = `${path}.partial`;
    try {
      const copy = { from: layer.path, to: partial };
      if (vm) await this.copies.make(vm, isOff, [copy], report);
      else {
        report.nextStep();
        await onDisk(path, runBlockTask({ kind: 'copy', ...copy }, watched(report)));
      }
      report.nextStep();
      const record: LibraryLayer = {
        version: 1,
        role: 'free',
        id,
        name,
        note,
        imageId: this.images.at(layer.basePath)?.id ?? 'unlisted',
        basePath: layer.basePath,
        createdAt: new Date().toISOString(),
        origin:
          `branch of ${layer.role === 'snapshot' ? `“${layer.name}” of ${layer.vmName ?? ''}` : layer.name}`.slice(
            0,
            400,
          ),
      };
      await this.library.adopt(record, partial);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await rm(partial, { force: true });
    }
    await this.catalog.lookAt([id]);
    return id;
  }
}
