import { rm } from 'node:fs/promises';
import { failure } from '@shared/errors/paddock-error.js';
import type { LayerDisk } from '@shared/layers/disk.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import { runBlockTask } from '../blocks/run-block-task.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import { statOrNull } from '../platform/files.js';
import type { TrashService } from '../trash/trash-service.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import { layersOf, type LayerCatalog } from './layer-catalog.js';
import { checkLayer, readLayerHeader } from './layer-files.js';
import { newLayerId, type LayerLibrary, type Snapshot } from './layer-library.js';
import { onDisk } from './merge-engines.js';
import { noLayer, renewLayer, replaceLayer } from './renew-layer.js';
import type { StillCopies } from './still-copies.js';
import { trashMachineLayer } from './trash-machine-layer.js';

/** A note that is quoted in another must leave room in it. */
const TITLE_MAX = 80;

/** Copies of a machine's layers as they are at a moment, and the way back to them. */
export class SnapshotService {
  constructor(
    private readonly vms: VmService,
    private readonly copies: StillCopies,
    private readonly jobs: JobService,
    private readonly catalog: LayerCatalog,
    private readonly library: LayerLibrary,
    private readonly trash: TrashService,
  ) {}

  /**
   * Starts a snapshot of all layers of a machine as a job; its result is the snapshot's id. One that runs is synced,
   * paused, copied and resumed. Throws Failure.
   */
  async snapshot(vmId: VmId, note: string): Promise<string> {
    const vm = this.vms.get(vmId);
    this.vms.demand(vm, 'snapshot');
    const disks = this.layers(vm);
    const isOff = !isLive(vm.state);
    const release = this.vms.disks.holds.take(this.pathsOf(vm), 'a snapshot of it is being taken');
    this.vms.hold(vm, 'A snapshot of it is being taken.');
    const giveBack = (): void => {
      release();
      this.vms.release(vm);
      vm.announce();
    };
    try {
      await this.vms.disks.ensureLinks(vm.spec);
      // What can't be used is no state to come back to.
      for (const path of this.pathsOf(vm))
        await (isOff ? checkLayer(path, { free: true }) : readLayerHeader(path));
    } catch (error) {
      giveBack();
      throw error;
    }
    return this.jobs.start(
      {
        kind: 'snapshot',
        title: `Snapshot of ${vm.spec.name}`,
        vmId,
        steps: [...this.copies.steps(isOff, 'the layers'), 'Note it down'],
      },
      async (report) => {
        try {
          return await this.take(vm, disks, note, isOff, report);
        } finally {
          giveBack();
          await this.catalog.look();
        }
      },
    );
  }

  /** Brings a machine back to a snapshot or, with null, to its pristine bases, as a job. Throws Failure. */
  async restore(vmId: VmId, snapshotId: string | null, keep: boolean): Promise<string> {
    const vm = this.vms.get(vmId);
    this.vms.demand(vm, 'restore');
    const disks = this.layers(vm);
    const saved = snapshotId === null ? null : this.library.snapshot(snapshotId);
    if (saved !== null && (saved.length === 0 || saved.some((one) => one.vmId !== vmId)))
      throw failure('snapshot-unknown', { id: snapshotId ?? '' });
    const name = saved === null ? 'the pristine base' : `“${titleOf(saved[0]?.note ?? '')}”`;
    for (const path of this.pathsOf(vm)) this.vms.disks.checkUnneeded(path);
    // The snapshot, too: who puts it away meanwhile takes it from under the copy.
    const savedPaths = (saved ?? []).map(({ id }) => this.library.pathOf(id));
    const release = this.vms.disks.holds.take(
      [...this.pathsOf(vm), ...savedPaths],
      'its machine goes back to an earlier state',
    );
    this.vms.hold(vm, 'It is going back to an earlier state.');
    const giveBack = (): void => {
      release();
      this.vms.release(vm);
      vm.announce();
    };
    try {
      for (const { basePath } of saved ?? disks) {
        this.vms.disks.checkWhole(basePath);
        await this.vms.disks.links.ensure(basePath);
      }
      for (const path of savedPaths) await checkLayer(path, { free: true });
    } catch (error) {
      giveBack();
      throw error;
    }
    return this.jobs.start(
      {
        kind: 'restore',
        title: `${vm.spec.name} goes back to ${name}`,
        vmId,
        steps: [
          'Copy what it goes back to',
          keep ? 'Keep what it has now as a snapshot' : 'Put away what it has now',
        ],
      },
      async (report) => {
        try {
          await this.goBack(vm, disks, saved, { keep, name }, report);
          return vm.spec.name;
        } finally {
          giveBack();
          await this.catalog.look();
        }
      },
    );
  }

  private async take(
    vm: VmRecord,
    disks: readonly LayerDisk[],
    note: string,
    isOff: boolean,
    report: JobReporter,
  ): Promise<string> {
    const snapshotId = newLayerId();
    const createdAt = new Date().toISOString();
    const made = disks.map((disk) => ({ disk, id: newLayerId() }));
    try {
      const copies = made.map(({ disk, id }) => ({
        from: this.vms.files.disk(vm.spec, disk),
        to: this.partialOf(id),
      }));
      const pausedMs = await this.copies.make(vm, isOff, copies, report);
      report.nextStep();
      for (const { disk, id } of made) {
        await this.library.adopt(
          this.recordOf(vm, disk, {
            id,
            snapshotId,
            createdAt,
            note,
            pausedMs,
            origin: isOff ? 'taken of the machine, off' : 'taken of the running machine',
          }),
          this.partialOf(id),
        );
      }
      return snapshotId;
    } catch (error) {
      for (const { id } of made) await this.library.remove(id);
      throw error;
    } finally {
      for (const { id } of made) await rm(this.partialOf(id), { force: true });
    }
  }

  private async goBack(
    vm: VmRecord,
    disks: readonly LayerDisk[],
    saved: readonly Snapshot[] | null,
    { keep, name }: { keep: boolean; name: string },
    report: JobReporter,
  ): Promise<void> {
    report.nextStep();
    const fresh = new Map<number, string>();
    try {
      for (const one of saved ?? []) {
        const disk = disks.find(({ unit }) => unit === one.unit);
        if (!disk) continue;
        const path = `${this.vms.files.disk(vm.spec, disk)}.new`;
        await rm(path, { force: true });
        fresh.set(one.unit, path);
        await onDisk(
          path,
          runBlockTask(
            { kind: 'copy', from: this.library.pathOf(one.id), to: path },
            { signal: report.signal },
          ),
        );
      }
      report.nextStep();
      const kept = { snapshotId: newLayerId(), createdAt: new Date().toISOString(), name };
      for (const disk of disks) {
        const putAway = (): Promise<void> =>
          keep ? this.keep(vm, disk, kept) : this.dropLayer(vm, disk, name);
        const path = fresh.get(disk.unit);
        const one = saved?.find(({ unit }) => unit === disk.unit);
        if (saved === null) await renewLayer(this.vms, vm, disk.unit, { path: disk.basePath }, putAway);
        else if (path !== undefined && one !== undefined)
          await replaceLayer(
            this.vms,
            vm,
            disk.unit,
            path,
            { path: one.basePath, imageId: one.imageId },
            putAway,
          );
      }
    } finally {
      for (const path of fresh.values()) await rm(path, { force: true });
    }
  }

  /** The layer becomes a snapshot: no copy, only another place. One that can't be used is no state to keep. */
  private async keep(
    vm: VmRecord,
    disk: LayerDisk,
    { snapshotId, createdAt, name }: { snapshotId: string; createdAt: string; name: string },
  ): Promise<void> {
    const path = this.vms.files.disk(vm.spec, disk);
    if (!(await statOrNull(path))) return;
    const isUsable = await readLayerHeader(path).then(
      () => true,
      () => false,
    );
    if (!isUsable) return this.dropLayer(vm, disk, name);
    const id = newLayerId();
    const note = `before it went back to ${name}`;
    const facts = { id, snapshotId, createdAt, note, pausedMs: null, origin: 'kept by itself' };
    await this.library.adopt(this.recordOf(vm, disk, facts), path);
  }

  private async dropLayer(vm: VmRecord, disk: LayerDisk, name: string): Promise<void> {
    await trashMachineLayer(this.vms, this.library, this.trash, vm, disk.unit, `it went back to ${name}`);
  }

  private recordOf(
    vm: VmRecord,
    { unit, imageId, basePath }: LayerDisk,
    facts: Pick<Snapshot, 'id' | 'snapshotId' | 'createdAt' | 'note' | 'pausedMs' | 'origin'>,
  ): Snapshot {
    return {
      version: 1,
      role: 'snapshot',
      vmId: vm.spec.id,
      vmName: vm.spec.name,
      unit,
      imageId,
      basePath,
      ...facts,
    };
  }

  private layers(vm: VmRecord): LayerDisk[] {
    const disks = layersOf(vm);
    if (disks.length === 0) throw noLayer(vm);
    return disks;
  }

  private pathsOf(vm: VmRecord): string[] {
    return layersOf(vm).map((disk) => this.vms.files.disk(vm.spec, disk));
  }

  private partialOf(id: string): string {
    return `${this.library.pathOf(id)}.partial`;
  }
}

/** A note in short: its first line, and not too much of it. */
function titleOf(note: string): string {
  return note.split('\n')[0]?.slice(0, TITLE_MAX) || 'snapshot';
}
