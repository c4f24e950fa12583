import { BroadcastDialog } from '../features/consoles/broadcast-dialog.js';
import { focusConsole } from '../features/consoles/console-commands.js';
import { BulkDeleteDialog } from '../features/vms/bulk-delete-dialog.js';
import { DeleteDialog } from '../features/vms/delete-dialog.js';
import { LabelDialog } from '../features/vms/label-dialog.js';
import { focusMachines } from '../features/vms/machine-tree.js';
import { NewMachineDialog } from '../features/vms/new-machine-dialog.js';
import { GetDialog } from '../features/kernels/get-dialog.js';
import { StartDialog } from '../features/testruns/start-dialog.js';
import { LabsDialog } from '../features/labs/labs-dialog.js';
import { NetworkDialog } from '../features/networks/network-dialog.js';
import { useHost } from '../stores/host-store.js';
import { selectKernelRow, showTestRun } from '../stores/kernels-store.js';
import { closeDialog, selectMachine, showPlace, useUi, type OpenDialog } from '../stores/ui-store.js';
import { ImageDialogs } from './image-dialogs.js';
import { LayerDialogs } from './layer-dialogs.js';
import { Palette } from './palette/palette.js';
import { PreferencesDialog } from './preferences-dialog.js';

/** After a delete the button that opened the dialog is gone as well. */
const showRest = (): void => {
  closeDialog();
  setTimeout(focusMachines);
};

/** The dialog that is open. */
export function Dialogs() {
  const dialog = useUi((ui) => ui.dialog);
  if (!dialog) return null;
  switch (dialog.kind) {
    case 'preferences':
      return <PreferencesDialog onClose={closeDialog} />;
    case 'new-machine':
      return (
        <NewMachine
          image={dialog.image}
          source={dialog.source ?? 'image'}
          kernelPath={dialog.kernelPath ?? null}
        />
      );
    case 'get-kernel':
      return <GetKernel acceptsStale={dialog.acceptsStale} />;
    case 'run-tests':
      return <RunTests />;
    case 'palette':
      return <Palette query={dialog.query} onClose={closeDialog} />;
    case 'broadcast':
      return <Broadcast vmId={dialog.vmId} />;
    case 'delete':
      return <Delete vmId={dialog.vmId} />;
    case 'delete-many':
    case 'label':
      return <OfMachines dialog={dialog} />;
    case 'snapshot':
    case 'restore':
    case 'add-disk':
    case 'change-disk':
    case 'remove-disk':
    case 'merge':
    case 'branch':
    case 'mend':
    case 'new-layer':
    case 'trash':
      return <LayerDialogs dialog={dialog} />;
    case 'customise-image':
    case 'grow-image':
    case 'check-image':
    case 'convert-image':
    case 'export-image':
    case 'browse-image':
    case 'rename-image':
    case 'import-image':
      return <ImageDialogs dialog={dialog} />;
    case 'labs':
      return <Labs />;
    case 'network':
      return <Network networkId={dialog.networkId} shape={dialog.shape ?? 'switch'} />;
  }
}

function Network({ networkId, shape }: { networkId: string | null; shape: 'switch' | 'cable' }) {
  const networks = useHost((state) => state.networks);
  return (
    <NetworkDialog
      key={networkId}
      networks={networks}
      network={networkId === null ? null : (networks[networkId] ?? null)}
      shape={shape}
      onClose={closeDialog}
      onMade={closeDialog}
    />
  );
}

function Labs() {
  const labs = useHost((state) => state.labs);
  const vms = useHost((state) => state.vms);
  const jobs = useHost((state) => state.jobs);
  return <LabsDialog labs={labs} vms={vms} jobs={jobs} onClose={closeDialog} />;
}

function GetKernel({ acceptsStale }: { acceptsStale: boolean }) {
  const kernels = useHost((state) => state.kernels);
  return (
    <GetDialog
      kernels={Object.values(kernels)}
      acceptsStale={acceptsStale}
      onClose={closeDialog}
      onGot={(row) => {
        closeDialog();
        selectKernelRow(row);
        showPlace({ kind: 'kernels' });
      }}
    />
  );
}

function Broadcast({ vmId }: { vmId: string }) {
  const vms = useHost((state) => state.vms);
  return <BroadcastDialog vms={Object.values(vms)} vmId={vmId} onClose={closeDialog} />;
}

/** What a new machine begins with. */
interface NewMachineProps {
  image: string | null;
  source: 'image' | 'computer';
  kernelPath: string | null;
}

function NewMachine({ image, source, kernelPath }: NewMachineProps) {
  const namespaces = useHost((state) => state.checks['user-namespaces']);
  const vms = useHost((state) => state.vms);
  const images = useHost((state) => state.images);
  const kernels = useHost((state) => state.kernels);
  const networks = useHost((state) => state.networks);
  return (
    <NewMachineDialog
      key={`${source} ${image} ${kernelPath}`}
      vms={vms}
      images={images}
      kernels={kernels}
      networks={networks}
      image={image}
      source={source}
      kernelPath={kernelPath}
      noNamespaces={namespaces && namespaces.level !== 'ok' ? namespaces.text : null}
      onClose={closeDialog}
      onMade={(vmId) => {
        closeDialog();
        selectMachine(vmId, 'consoles');
        // After the dialog has given the focus back to where it came from.
        setTimeout(focusConsole);
      }}
    />
  );
}

function Delete({ vmId }: { vmId: string }) {
  const vm = useHost((state) => state.vms[vmId]);
  return vm ? <DeleteDialog vm={vm} onClose={closeDialog} onDeleted={showRest} /> : null;
}

function OfMachines({ dialog }: { dialog: Extract<OpenDialog, { vmIds: readonly string[] }> }) {
  const all = useHost((state) => state.vms);
  const vms = dialog.vmIds.flatMap((id) => all[id] ?? []);
  if (vms.length === 0) return null;
  if (dialog.kind === 'delete-many') return <BulkDeleteDialog vms={vms} onClose={showRest} />;
  return <LabelDialog label={dialog.label} vms={vms} onClose={closeDialog} />;
}

function RunTests() {
  const kernels = useHost((state) => state.kernels);
  const vms = useHost((state) => state.vms);
  return (
    <StartDialog
      kernels={Object.values(kernels)}
      vms={Object.values(vms)}
      onClose={closeDialog}
      onBegun={(id) => {
        closeDialog();
        showTestRun(id);
        showPlace({ kind: 'kernels' });
      }}
    />
  );
}
