import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { lineToPlug } from '@shared/vms/wiring.js';
import { focusConsole } from '../../features/consoles/console-commands.js';
import { callHost } from '../../stores/connection-store.js';
import { showConsole } from '../../stores/layout-store.js';
import { selectMachine } from '../../stores/ui-store.js';
import { PlusIcon } from '../../ui/icons.js';
import type { ActionDefinition } from './action.js';

/** One more tab for a machine that runs. */
export const addConsole: ActionDefinition = {
  id: 'add-console',
  scope: 'machine',
  icon: <PlusIcon />,
  words: 'tab line plug serial terminal',
  title: () => 'Add a console now',
  detail: 'on the next free line, without a restart',
  applies: ({ vms: [vm, ...others] }) => vm !== undefined && others.length === 0 && isLive(vm.state),
  reason: ({ vms: [vm] }) => (vm ? whyNot(vm) : null),
  run: ({ vms: [vm] }) => {
    if (vm) void add(vm);
  },
};

function whyNot(vm: VmView): string | null {
  if (vm.wired === null) return 'Another host started this run. After a restart it can.';
  if (vm.state !== 'running' && vm.state !== 'paused') return 'Its kernel does not answer yet.';
  return lineToPlug(vm.wired) === null ? 'All its lines are in use.' : null;
}

async function add(vm: VmView): Promise<void> {
  const line = lineToPlug(vm.wired ?? []);
  if (line === null) return;
  const outcome = await callHost('consoles.plug', { vmId: vm.id, line });
  // Refused: the settings have its lines, and say why when it is asked for there.
  selectMachine(vm.id, outcome.ok ? 'consoles' : 'settings');
  if (!outcome.ok) return;
  showConsole(vm.id, line);
  focusConsole();
}
