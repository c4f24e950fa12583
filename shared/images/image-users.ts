import type { HostState } from '../api/state.js';
import type { Layer } from '../layers/layer.js';
import type { VmView } from '../vms/vm-view.js';
import type { Image } from './image.js';

/** Who stands on an image. */
export interface ImageUsers {
  /** Its layers: of machines, free ones and snapshots. */
  layers: readonly Layer[];
  /** Machines with a layer on it, or with the file itself as a disk. */
  vms: readonly VmView[];
}

/** Who uses an image, as far as the state says. */
export function usersOf(state: Pick<HostState, 'layers' | 'vms' | 'bases'>, image: Image): ImageUsers {
  const baseIds = new Set(
    Object.values(state.bases).flatMap(({ id, imageId, path }) =>
      imageId === image.id || path === image.path ? [id] : [],
    ),
  );
  const layers = Object.values(state.layers).filter(
    ({ baseId, basePath }) => baseIds.has(baseId) || basePath === image.path,
  );
  const owners = new Set(layers.flatMap(({ role, vmId }) => (role === 'machine' && vmId ? [vmId] : [])));
  const vms = Object.values(state.vms).filter(
    (vm) => owners.has(vm.id) || vm.disks.some((disk) => disk.kind === 'file' && disk.file === image.path),
  );
  return { layers, vms };
}
