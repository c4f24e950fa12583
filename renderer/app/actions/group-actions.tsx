import { groupFilter } from '@shared/vms/machine-filter.js';
import type { VmState } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../../lib/format.js';
import { doDeed } from '../../stores/bulk-store.js';
import { pickMachines, setFilter } from '../../stores/list-store.js';
import { FilterIcon, PlayIcon, RestartIcon, StopIcon } from '../../ui/icons.js';
import type { ActionContext, ActionDefinition } from './action.js';

/** The group that all machines in question are in, or null. */
export function commonGroup(vms: readonly VmView[]): string | null {
  const group = vms[0]?.group ?? null;
  return vms.every((vm) => vm.group === group) ? group : null;
}

function membersIn({ state, vms }: ActionContext, ...states: readonly VmState[]): VmView[] {
  const group = commonGroup(vms);
  if (group === null) return [];
  return Object.values(state.vms).filter((vm) => vm.group === group && states.includes(vm.state));
}

const off = ['stopped', 'defined'] as const;

/** What can be done to the whole group of the machine in question. */
export const groupActions: readonly ActionDefinition[] = [
  {
    id: 'group-start',
    scope: 'group',
    icon: <PlayIcon />,
    title: (context) => `Start ${allOf(membersIn(context, ...off), 'stopped')} in this group`,
    applies: (context) => membersIn(context, ...off).length > 0,
    run: (context) => doDeed('start', membersIn(context, ...off)),
  },
  {
    id: 'group-shutdown',
    scope: 'group',
    icon: <StopIcon />,
    words: 'stop',
    title: (context) => `Shut down ${allOf(membersIn(context, 'running'), 'running')} in this group`,
    applies: (context) => membersIn(context, 'running').length > 0,
    run: (context) => doDeed('shutdown', membersIn(context, 'running')),
  },
  {
    id: 'group-again',
    scope: 'group',
    icon: <RestartIcon />,
    words: 'restart',
    title: (context) => `Start the ${membersIn(context, 'crashed').length} that crashed again`,
    note: (context) => {
      const names = membersIn(context, 'crashed').map((vm) => vm.name);
      return names.length > 2 ? '' : names.join(', ');
    },
    applies: (context) => membersIn(context, 'crashed').length > 0,
    run: (context) => doDeed('start', membersIn(context, 'crashed')),
  },
  {
    id: 'group-show',
    scope: 'group',
    icon: <FilterIcon />,
    words: 'filter',
    title: () => 'Show only this group',
    applies: ({ vms }) => commonGroup(vms) !== null,
    run: ({ vms }) => setFilter(groupFilter(commonGroup(vms) ?? '')),
  },
  {
    id: 'group-pick',
    scope: 'group',
    icon: <FilterIcon />,
    words: 'select',
    title: () => 'Pick all machines of this group',
    applies: ({ vms }) => commonGroup(vms) !== null,
    run: ({ state, vms }) => {
      const group = commonGroup(vms);
      pickMachines(Object.values(state.vms).flatMap((vm) => (vm.group === group ? vm.id : [])));
    },
  },
];

/** "the 1 stopped machine", "all 4 stopped machines" */
function allOf(vms: readonly VmView[], word: string): string {
  return `${vms.length === 1 ? 'the' : 'all'} ${plural(vms.length, `${word} machine`)}`;
}
