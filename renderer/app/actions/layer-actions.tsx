import { noDisksReason } from '@shared/vms/boot.js';
import { focusLayers } from '../../features/layers/layer-tree.js';
import { firstLayerOf, reasonAgainstDeed } from '../../features/layers/layer-words.js';
import { openDialog, showPlace } from '../../stores/ui-store.js';
import { BackIcon, BranchIcon, LayersIcon, MergeIcon, SnapshotIcon, TrashIcon } from '../../ui/icons.js';
import type { ActionContext, ActionDefinition } from './action.js';

const everywhere = { scope: 'everywhere' } as const;

/** Something that is done about the layers of one machine, in a dialog. */
function ofLayer(
  id: 'snapshot' | 'restore' | 'branch' | 'merge',
  more: Pick<ActionDefinition, 'icon' | 'title' | 'run'> & Partial<ActionDefinition>,
): ActionDefinition {
  return {
    id,
    scope: 'machine',
    applies: ({ vms }) => vms.length === 1,
    reason: ({ vms: [vm], state }) => {
      const layer = vm ? firstLayerOf(state.layers, vm) : null;
      const none = vm ? noDisksReason(vm) : null;
      if (none !== null) return none;
      return layer ? reasonAgainstDeed(id, layer, vm) : 'It has no layer.';
    },
    ...more,
  };
}

function withLayer({ vms: [vm], state }: ActionContext, open: (layerId: string) => void): void {
  const layer = vm ? firstLayerOf(state.layers, vm) : null;
  if (layer) open(layer.id);
}

/** What can be done about the layers of a machine. */
export const machineLayerActions: readonly ActionDefinition[] = [
  ofLayer('snapshot', {
    icon: <SnapshotIcon />,
    words: 'layer keep save state disk backup',
    title: () => 'Snapshot…',
    detail: 'keep what its disks hold now',
    run: ({ vms: [vm] }) => vm && openDialog({ kind: 'snapshot', vmId: vm.id }),
  }),
  ofLayer('restore', {
    icon: <BackIcon />,
    words: 'layer snapshot restore roll back revert reset pristine undo',
    title: () => 'Go back…',
    detail: 'to a snapshot or to the pristine base',
    run: ({ vms: [vm] }) => vm && openDialog({ kind: 'restore', vmId: vm.id, snapshotId: null }),
  }),
  ofLayer('branch', {
    icon: <BranchIcon />,
    words: 'layer copy clone fork',
    title: () => 'Branch its layer…',
    detail: 'a copy of it that goes its own way',
    run: (context) => withLayer(context, (layerId) => openDialog({ kind: 'branch', layerId })),
  }),
  ofLayer('merge', {
    icon: <MergeIcon />,
    words: 'layer image uml_moo base',
    title: () => 'Merge layer with uml_moo…',
    detail: 'makes one disk of the base and its changes',
    run: (context) => withLayer(context, (layerId) => openDialog({ kind: 'merge', layerId })),
  }),
];

/** The place of layers, and what can be done there whatever is shown. */
export const layersActions: readonly ActionDefinition[] = [
  {
    ...everywhere,
    id: 'layers',
    icon: <LayersIcon />,
    words: 'place bases snapshots cow copy-on-write tree disks',
    title: () => 'Layers, bases and snapshots',
    run: () => {
      showPlace({ kind: 'layers' });
      focusLayers();
    },
  },
  {
    ...everywhere,
    id: 'new-layer',
    icon: <LayersIcon />,
    words: 'create cow base machines clone linked',
    title: () => 'New layer…',
    run: () => openDialog({ kind: 'new-layer', baseId: null }),
  },
  {
    ...everywhere,
    id: 'trash',
    icon: <TrashIcon />,
    words: 'deleted layers disks restore empty',
    title: () => 'Trash…',
    run: () => openDialog({ kind: 'trash' }),
  },
];
