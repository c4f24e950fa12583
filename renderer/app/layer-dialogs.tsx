import type { ReactNode } from 'react';
import type { Job } from '@shared/jobs/job.js';
import { JobProgress } from '../features/jobs/job-progress.js';
import { BranchDialog } from '../features/layers/branch-dialog.js';
import { DiskAddDialog } from '../features/layers/disk-add-dialog.js';
import { DiskChangeDialog, DiskRemoveDialog } from '../features/layers/disk-change-dialog.js';
import { MendDialog } from '../features/layers/mend-dialog.js';
import { MergeDialog } from '../features/layers/merge-dialog.js';
import { NewLayerDialog } from '../features/layers/new-layer-dialog.js';
import { RestoreDialog } from '../features/layers/restore-dialog.js';
import { SnapshotDialog } from '../features/layers/snapshot-dialog.js';
import { TrashDialog } from '../features/layers/trash-dialog.js';
import { doDeed } from '../stores/bulk-store.js';
import { useHost } from '../stores/host-store.js';
import { closeDialog, openDialog, selectMachine, type OpenDialog } from '../stores/ui-store.js';
import { showLayer } from './layer-deeds.js';

const progress = (job: Job): ReactNode => <JobProgress job={job} />;

const showDisks = (vmId: string): void => {
  closeDialog();
  selectMachine(vmId, 'disk');
};
const showInLayers = (layerId: string): void => {
  closeDialog();
  showLayer(layerId);
};

type LayerDialog = Extract<
  OpenDialog,
  | { layerId: string }
  | { baseId: string | null }
  | { snapshotId: string | null }
  | { unit: number }
  | { kind: 'trash' | 'add-disk' | 'snapshot' }
>;

/** The dialogs about layers and disks. */
export function LayerDialogs({ dialog }: { dialog: LayerDialog }) {
  switch (dialog.kind) {
    case 'trash':
      return <TrashDialog onClose={closeDialog} />;
    case 'new-layer':
      return <NewLayer baseId={dialog.baseId} />;
    case 'merge':
    case 'branch':
    case 'mend':
      return <OfLayer key={dialog.layerId} dialog={dialog} />;
    case 'snapshot':
    case 'restore':
    case 'add-disk':
    case 'change-disk':
    case 'remove-disk':
      return <OfMachine dialog={dialog} />;
  }
}

function NewLayer({ baseId }: { baseId: string | null }) {
  const bases = useHost((state) => state.bases);
  const vms = useHost((state) => state.vms);
  return (
    <NewLayerDialog
      state={{ bases, vms }}
      baseId={baseId}
      onClose={closeDialog}
      onLayer={showInLayers}
      onMachine={showDisks}
    />
  );
}

function OfLayer({ dialog }: { dialog: Extract<LayerDialog, { layerId: string }> }) {
  const layer = useHost((state) => state.layers[dialog.layerId]);
  const vms = useHost((state) => state.vms);
  if (!layer) return null;
  const common = { layer, progress, onClose: closeDialog };
  if (dialog.kind === 'mend') return <MendDialog {...common} />;
  if (dialog.kind === 'branch')
    return <BranchDialog {...common} vms={vms} onShow={showInLayers} onMade={showDisks} />;
  return (
    <MergeDialog
      {...common}
      vm={layer.role === 'machine' && layer.vmId !== null ? vms[layer.vmId] : undefined}
      onNewMachine={(image) => openDialog({ kind: 'new-machine', image })}
    />
  );
}

function OfMachine({ dialog }: { dialog: Extract<LayerDialog, { vmId: string }> }) {
  const vm = useHost((state) => state.vms[dialog.vmId]);
  const bases = useHost((state) => state.bases);
  const layers = useHost((state) => state.layers);
  if (!vm) return null;
  switch (dialog.kind) {
    case 'snapshot':
      return (
        <SnapshotDialog vm={vm} progress={progress} onClose={closeDialog} onShow={() => showDisks(vm.id)} />
      );
    case 'restore':
      return (
        <RestoreDialog
          vm={vm}
          snapshotId={dialog.snapshotId}
          progress={progress}
          onClose={closeDialog}
          onStart={() => {
            closeDialog();
            selectMachine(vm.id, 'consoles');
            doDeed('start', [vm]);
          }}
        />
      );
    case 'add-disk':
      return <DiskAddDialog vm={vm} state={{ bases, layers }} onClose={closeDialog} />;
    case 'change-disk':
    case 'remove-disk': {
      const disk = vm.disks.find(({ unit }) => unit === dialog.unit);
      if (!disk) return null;
      return dialog.kind === 'change-disk' ? (
        <DiskChangeDialog vm={vm} disk={disk} onClose={closeDialog} />
      ) : (
        <DiskRemoveDialog vm={vm} disk={disk} onClose={closeDialog} />
      );
    }
  }
}
