import { rename, rm } from 'node:fs/promises';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import type { LayerDisk } from '@shared/layers/disk.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';

/** That a machine, or the disk that was asked about, has no layer. */
export function noLayer({ spec: { name, taken, disks } }: VmRecord): Failure {
  const why =
    taken !== null
      ? 'it was started outside Paddock and keeps its own disks'
      : disks.length === 0
        ? 'it has no disk'
        : 'none of its disks is a layer on a base';
  return failure('layer-none', { name, why });
}

/** A layer disk of a machine. Throws Failure `layer-none`. */
export function layerDisk(vm: VmRecord, unit: number): LayerDisk {
  const disk = vm.spec.disks.find((one) => one.unit === unit);
  if (disk?.kind !== 'layer') throw noLayer(vm);
  return disk;
}

/** What stands under the new layer. */
interface NewBase {
  path: string;
  imageId?: string;
  origin?: string;
  /** Whoever asks holds the base: a merge into it that is at its end. */
  isHeld?: boolean;
}

/**
 * Gives a machine that is off a new, empty layer in the place of one. `putAway` takes the old file first; without it
 * that is removed. In this order: until the new one is whole, the old one is there.
 */
export async function renewLayer(
  vms: VmService,
  vm: VmRecord,
  unit: number,
  base: NewBase,
  putAway: (path: string) => Promise<void> = (path) => rm(path, { force: true }),
): Promise<void> {
  const disk = layerDisk(vm, unit);
  const path = vms.files.disk(vm.spec, disk);
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  await vms.disks.makeLayer(fresh, base.path, { isHeld: base.isHeld ?? false });
  await replaceLayer(vms, vm, unit, fresh, base, putAway);
}

/** Puts a finished file in the place of a machine's layer, and notes down what it stands on. */
export async function replaceLayer(
  vms: VmService,
  vm: VmRecord,
  unit: number,
  fresh: string,
  { path: basePath, imageId, origin }: NewBase,
  putAway: (path: string) => Promise<void>,
): Promise<void> {
  const disk = layerDisk(vm, unit);
  const path = vms.files.disk(vm.spec, disk);
  try {
    await putAway(path);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  const renewed: LayerDisk = {
    ...disk,
    basePath,
    imageId: imageId ?? disk.imageId,
    createdAt: new Date().toISOString(),
    origin: origin ?? disk.origin,
  };
  vm.spec = { ...vm.spec, disks: vm.spec.disks.map((one) => (one.unit === unit ? renewed : one)) };
  await vms.files.saveSpec(vm.spec);
  vm.problem = null;
  await vms.runs.refreshLayer(vm);
  if (vm.state === 'broken' && vm.layer !== null) vm.happen('mend', 'a new layer');
  vm.announce();
}
