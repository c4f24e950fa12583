import { join } from 'node:path';
import type { TrashService } from '../trash/trash-service.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import { newLayerId, type LayerLibrary, type LibraryLayer } from './layer-library.js';
import { layerDisk } from './renew-layer.js';

/** Puts a machine's layer into the trash. Its place is taken by then, so that it comes back as a free layer. */
export async function trashMachineLayer(
  vms: VmService,
  library: LayerLibrary,
  trash: TrashService,
  vm: VmRecord,
  unit: number,
  why: string,
): Promise<void> {
  const disk = layerDisk(vm, unit);
  const id = newLayerId();
  const record: LibraryLayer = {
    version: 1,
    role: 'free',
    id,
    name: `${vm.spec.name}, before ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`,
    note: disk.note,
    imageId: disk.imageId,
    basePath: disk.basePath,
    createdAt: disk.createdAt,
    origin: `was a layer of ${vm.spec.name}`,
  };
  await trash.put({
    path: vms.files.disk(vm.spec, disk),
    name: `layer of ${vm.spec.name}`,
    why,
    restoreTo: library.pathOf(id),
    companions: [{ path: join(library.folder, `${id}.json`), text: `${JSON.stringify(record, null, 2)}\n` }],
  });
}
