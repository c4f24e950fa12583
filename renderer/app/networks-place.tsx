import { NetworksPage } from '../features/networks/networks-page.js';
import { StateIcon } from '../features/vms/state-icon.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useHost } from '../stores/host-store.js';
import { openDialog, selectMachine } from '../stores/ui-store.js';

const stateIcon = (vm: Pick<VmView, 'state'>) => <StateIcon state={vm.state} />;

/** The place of networks, with what it needs of the host's state. */
export function NetworksPlace() {
  const networks = useHost((state) => state.networks);
  const vms = useHost((state) => state.vms);
  return (
    <NetworksPage
      state={{ networks, vms }}
      stateIcon={stateIcon}
      onNewMachine={() => openDialog({ kind: 'new-machine', image: null })}
      onNew={(shape) => openDialog({ kind: 'network', networkId: null, shape })}
      onLabs={() => openDialog({ kind: 'labs' })}
      onChange={({ id }) => openDialog({ kind: 'network', networkId: id })}
      onShowMachine={(vmId) => selectMachine(vmId, 'network')}
    />
  );
}
