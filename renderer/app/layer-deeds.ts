import type { DiskTabProps } from '../features/layers/disk-tab.js';
import type { LayerDeeds } from '../features/layers/layer-deeds.js';
import { layerKey } from '../features/layers/layer-rows.js';
import { hostStore } from '../stores/host-store.js';
import { foldLayerRow, selectLayerRow, setLayerFilter } from '../stores/layers-store.js';
import { openDialog, selectMachine, showPlace } from '../stores/ui-store.js';

/** What is done about layers from the place of layers. */
export const layerDeeds: LayerDeeds = {
  showMachine: (vmId) => selectMachine(vmId, 'disk'),
  newLayer: (baseId) => openDialog({ kind: 'new-layer', baseId }),
  newMachine: (image) => openDialog({ kind: 'new-machine', image: image === 'tiny' ? null : image }),
  branch: (layerId) => openDialog({ kind: 'branch', layerId }),
  snapshot: (vmId) => openDialog({ kind: 'snapshot', vmId }),
  restore: (vmId, snapshotId) => openDialog({ kind: 'restore', vmId, snapshotId }),
  merge: (layerId) => openDialog({ kind: 'merge', layerId }),
  mend: (layerId) => openDialog({ kind: 'mend', layerId }),
  trash: () => openDialog({ kind: 'trash' }),
};

/** Shows a layer in the place of layers, unfolded. */
export function showLayer(layerId: string): void {
  const layer = hostStore.getState().state.layers[layerId];
  setLayerFilter('');
  if (layer) foldLayerRow(`base:${layer.baseId}`, false);
  if (layer?.vmId != null) foldLayerRow(layerKey(`${layer.vmId}.${layer.unit ?? 0}`), false);
  selectLayerRow(layerKey(layerId));
  showPlace({ kind: 'layers' });
}

/** What is done about the disks of a machine from its Disks tab. */
export function diskDeeds(vmId: string): DiskTabProps['deeds'] {
  return {
    add: () => openDialog({ kind: 'add-disk', vmId }),
    change: (unit) => openDialog({ kind: 'change-disk', vmId, unit }),
    remove: (unit) => openDialog({ kind: 'remove-disk', vmId, unit }),
    snapshot: () => layerDeeds.snapshot(vmId),
    restore: (snapshotId) => layerDeeds.restore(vmId, snapshotId),
    branch: layerDeeds.branch,
    merge: layerDeeds.merge,
    mend: layerDeeds.mend,
    showLayer,
  };
}
