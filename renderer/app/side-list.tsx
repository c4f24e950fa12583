import { focusConsole } from '../features/consoles/console-commands.js';
import { MachineList } from '../features/vms/machine-list.js';
import { useHost } from '../stores/host-store.js';
import { openDialog, selectMachine, useUi } from '../stores/ui-store.js';

const select = (id: string): void => selectMachine(id);
const create = (): void => openDialog({ kind: 'new-machine', image: null });

/** The list of machines at the left of the window. */
export function SideList({ isLoaded }: { isLoaded: boolean }) {
  const vms = useHost((state) => state.vms);
  const selectedId = useUi((ui) => ui.selectedVmId);
  return (
    <MachineList
      vms={vms}
      selectedId={selectedId}
      isLoaded={isLoaded}
      onSelect={select}
      onEnter={focusConsole}
      onNew={create}
    />
  );
}
