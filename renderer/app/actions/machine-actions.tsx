import { bulkPlan, deedVerbs, type Deed } from '@shared/vms/bulk.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../../lib/format.js';
import { changeMachines, doDeed, nameOrCount } from '../../stores/bulk-store.js';
import { openDialog, showTab, selectMachine, type MachineTab } from '../../stores/ui-store.js';
import {
  FolderIcon,
  LayersIcon,
  PauseIcon,
  PlayIcon,
  PowerIcon,
  RestartIcon,
  StopIcon,
  TagIcon,
  TerminalIcon,
  TrashIcon,
} from '../../ui/icons.js';
import type { ActionContext, ActionDefinition } from './action.js';
import { addConsole } from './add-console.js';
import { debugActions } from './debug-actions.js';
import { machineLayerActions } from './layer-actions.js';

const losesData = (): string => 'can lose data';

/** A deed that one machine, or many at once, can be asked for. */
function deed(
  name: Deed,
  more: Partial<ActionDefinition> & Pick<ActionDefinition, 'icon'>,
): ActionDefinition {
  return {
    id: name,
    scope: 'machine',
    title: ({ vms }) => (vms.length === 1 ? deedVerbs[name] : `${deedVerbs[name]} ${ofMany(name, vms)}`),
    reason: ({ vms }) => bulkPlan(name, vms).reason,
    run: ({ vms }) => doDeed(name, vms),
    ...more,
  };
}

function ofMany(name: Deed, vms: readonly VmView[]): string {
  const able = bulkPlan(name, vms).able.length;
  return able === vms.length || able === 0 ? plural(vms.length, 'machine') : `${able} of ${vms.length}`;
}

const isOne = ({ vms }: ActionContext): boolean => vms.length === 1;

/** Tabs of a machine, in their order, which is that of their keys. */
export const tabTitles: Readonly<Record<MachineTab, string>> = {
  consoles: 'Consoles',
  overview: 'Overview',
  disk: 'Disks',
  network: 'Network',
  control: 'Control',
  settings: 'Settings',
  runs: 'Runs',
};

const tabs = (Object.keys(tabTitles) as MachineTab[]).map((tab): ActionDefinition => ({
  id: `tab-${tab}`,
  scope: 'machine',
  icon: tab === 'consoles' ? <TerminalIcon /> : <LayersIcon />,
  words: 'tab open show',
  title: () => `Open ${tabTitles[tab]}`,
  applies: isOne,
  run: ({ vms }) => {
    selectMachine(vms[0]?.id ?? null);
    showTab(tab);
  },
}));

/** What can be done to a machine, or to those that are picked. */
export const machineActions: readonly ActionDefinition[] = [
  deed('start', { icon: <PlayIcon />, words: 'boot run power on' }),
  deed('shutdown', {
    icon: <StopIcon />,
    detail: 'stop by asking the guest to power off',
    words: 'end',
  }),
  deed('restart', {
    icon: <RestartIcon />,
    detail: 'shut down and start again',
    words: 'reboot',
  }),
  deed('pause', { icon: <PauseIcon />, words: 'freeze' }),
  deed('resume', { icon: <PlayIcon />, words: 'go continue' }),
  deed('halt', {
    icon: <PowerIcon />,
    detail: 'stop the kernel at once',
    note: losesData,
  }),
  deed('force', {
    icon: <PowerIcon />,
    detail: 'stop now, like pulling the plug',
    words: 'kill',
    note: losesData,
  }),
  ...tabs,
  addConsole,
  {
    id: 'group',
    scope: 'machine',
    icon: <FolderIcon />,
    words: 'label folder',
    title: ({ vms }) =>
      isOneOf(vms) ? 'Put into a new group…' : `Put ${nameOrCount(vms)} into a new group…`,
    run: ({ vms }) => openDialog({ kind: 'label', label: 'group', vmIds: vms.map((vm) => vm.id) }),
  },
  {
    id: 'tag',
    scope: 'machine',
    icon: <TagIcon />,
    words: 'label',
    title: ({ vms }) => (isOneOf(vms) ? 'Give a new tag…' : `Give ${nameOrCount(vms)} a new tag…`),
    run: ({ vms }) => openDialog({ kind: 'label', label: 'tag', vmIds: vms.map((vm) => vm.id) }),
  },
  {
    id: 'autostart',
    scope: 'machine',
    icon: <PlayIcon />,
    words: 'login boot automatically',
    title: ({ vms }) =>
      vms.every((vm) => vm.autostart) ? 'Don’t start with the session' : 'Start with the session',
    run: ({ vms }) => setAutostart(vms, !vms.every((vm) => vm.autostart)),
  },
  ...debugActions,
  ...machineLayerActions,
  deed('delete', {
    icon: <TrashIcon />,
    words: 'remove',
    note: () => 'asks first',
    detail: 'the machine, its layers and its logs',
    title: ({ vms }) => (isOneOf(vms) ? 'Delete…' : `Delete ${ofMany('delete', vms)}…`),
    run: ({ vms }) => askToDelete(vms),
  }),
];

/** Opens the dialog that deletes one machine, or many. */
export function askToDelete(vms: readonly VmView[]): void {
  const [first, ...others] = vms;
  if (!first) return;
  if (others.length === 0) openDialog({ kind: 'delete', vmId: first.id });
  else openDialog({ kind: 'delete-many', vmIds: vms.map((vm) => vm.id) });
}

/** Starts machines with each session, or no more. */
export function setAutostart(vms: readonly VmView[], autostart: boolean): void {
  changeMachines(`${autostart ? 'Start' : 'Don’t start'} ${nameOrCount(vms)} with the session`, vms, (vm) =>
    vm.autostart === autostart ? null : { autostart },
  );
}

function isOneOf(vms: readonly VmView[]): boolean {
  return vms.length === 1;
}
