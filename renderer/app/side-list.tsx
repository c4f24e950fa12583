import type { ReactNode } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { focusConsole } from '../features/consoles/console-commands.js';
import { MachineList } from '../features/vms/machine-list.js';
import type { ListRow } from '../features/vms/machine-order.js';
import { useFigureWatch } from '../stores/figures-store.js';
import { useHost } from '../stores/host-store.js';
import { openDialog, selectMachine, showPlace, shownVmId, useUi } from '../stores/ui-store.js';
import { askToDelete } from './actions/machine-actions.js';
import { MachineMenu } from './machine-menu.js';

const show = (row: ListRow): void => {
  if (row.kind === 'machine') selectMachine(row.vm.id);
  if (row.kind === 'foreign') showPlace({ kind: 'foreign', id: row.foreign.id });
};
const enter = (row: ListRow): void => {
  if (row.kind === 'machine') focusConsole();
};
const create = (): void => openDialog({ kind: 'new-machine', image: null });

const menuOf = (vms: readonly VmView[]): ReactNode => <MachineMenu vms={vms} />;

/** The list of machines at the left of the window. */
export function SideList({ isLoaded }: { isLoaded: boolean }) {
  const vms = useHost((state) => state.vms);
  const foreign = useHost((state) => state.foreign);
  useFigureWatch();
  const shownKey = useUi((ui) => (ui.place?.kind === 'foreign' ? `foreign:${ui.place.id}` : shownVmId(ui)));
  return (
    <MachineList
      vms={vms}
      foreign={foreign}
      shownKey={shownKey}
      isLoaded={isLoaded}
      onShow={show}
      onEnter={enter}
      onNew={create}
      onDelete={askToDelete}
      menu={menuOf}
    />
  );
}
