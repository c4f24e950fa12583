import type { Foreign } from '@shared/vms/foreign.js';
import { matchesFilter, parseFilter, type Filtered } from '@shared/vms/machine-filter.js';
import type { VmState } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import type { SortOrder } from '../../stores/list-store.js';

/** A row of the list of machines. `key` is its own in the whole list. */
export type ListRow =
  | { kind: 'group'; key: string; title: string; count: number; isOpen: boolean; place: number; of: number }
  | { kind: 'machine'; key: string; vm: VmView; level: 1 | 2; place: number; of: number }
  | { kind: 'foreign'; key: string; foreign: Foreign; place: number; of: number };

const GROUP = 'group:';
/** The key of the group of machines that aren't Paddock's. */
const FOREIGN = 'not-paddocks';

/** Everything that the order of the list depends on. */
export interface ListInput {
  vms: Readonly<Record<string, VmView>>;
  foreign: Readonly<Record<string, Foreign>>;
  filter: string;
  sort: SortOrder;
  folded: readonly string[];
  /** CPU use of the machines that run, for a list sorted by it. */
  cpu: Readonly<Record<string, number>>;
}

const byName = new Intl.Collator('en', { numeric: true });

/** What wants to be seen first when sorted by state. */
const stateRank: Readonly<Record<VmState, number>> = {
  crashed: 0,
  broken: 1,
  stopping: 2,
  starting: 3,
  paused: 4,
  running: 5,
  stopped: 6,
  defined: 7,
};

/** The rows of the list: groups by name, machines without one behind them, then what isn't Paddock's. */
export function listRows(input: ListInput): ListRow[] {
  const terms = parseFilter(input.filter);
  const machines = Object.values(input.vms)
    .filter((vm) => matchesFilter(terms, vm))
    .sort(compareBy(input));
  const strangers = Object.values(input.foreign)
    .filter((foreign) => matchesFilter(terms, asFiltered(foreign)))
    .sort((a, b) => byName.compare(a.umid, b.umid));
  const grouped = byGroup(machines);
  const groups = [...grouped].sort(([a], [b]) => Number(a === '') - Number(b === '') || byName.compare(a, b));
  const hasGroups = groups.some(([group]) => group !== '');
  // What is looked for must be seen, whatever is folded away.
  const isOpen = (key: string): boolean => terms.length > 0 || !input.folded.includes(key);
  const groupCount = (hasGroups ? groups.length : 0) + (strangers.length > 0 ? 1 : 0);

  const rows: ListRow[] = [];
  let place = 0;
  const addGroup = (key: string, title: string, count: number): boolean => {
    place += 1;
    rows.push({ kind: 'group', key, title, count, isOpen: isOpen(key), place, of: groupCount });
    return isOpen(key);
  };
  for (const [group, members] of groups) {
    const key = groupKey(group);
    if (hasGroups && !addGroup(key, group === '' ? 'Not in a group' : group, members.length)) continue;
    members.forEach((vm, n) =>
      rows.push({
        kind: 'machine',
        key: vm.id,
        vm,
        level: hasGroups ? 2 : 1,
        place: n + 1,
        of: members.length,
      }),
    );
  }
  if (strangers.length > 0 && addGroup(FOREIGN, 'Not Paddock’s', strangers.length))
    strangers.forEach((foreign, n) =>
      rows.push({
        kind: 'foreign',
        key: `foreign:${foreign.id}`,
        foreign,
        place: n + 1,
        of: strangers.length,
      }),
    );
  return rows;
}

function byGroup(machines: readonly VmView[]): Map<string, VmView[]> {
  const grouped = new Map<string, VmView[]>();
  for (const vm of machines) {
    const members = grouped.get(vm.group ?? '');
    if (members) members.push(vm);
    else grouped.set(vm.group ?? '', [vm]);
  }
  return grouped;
}

/** The key of a group's row. */
export function groupKey(group: string): string {
  return `${GROUP}${group}`;
}

/** Machines by their names, web-2 before web-10. */
export function inOrderOfNames(vms: readonly VmView[]): VmView[] {
  return [...vms].sort((a, b) => byName.compare(a.name, b.name));
}

/** Names of the groups there are, in the list's order. */
export function groupNames(vms: Iterable<VmView>): string[] {
  const names = new Set([...vms].flatMap((vm) => vm.group ?? []));
  return [...names].sort((a, b) => byName.compare(a, b));
}

/** The tags there are, in the order of the alphabet. */
export function tagNames(vms: Iterable<VmView>): string[] {
  return [...new Set([...vms].flatMap((vm) => vm.tags))].sort((a, b) => byName.compare(a, b));
}

function compareBy({ sort, cpu }: ListInput): (a: VmView, b: VmView) => number {
  const names = (a: VmView, b: VmView): number => byName.compare(a.name, b.name);
  switch (sort) {
    case 'name':
      return names;
    case 'state':
      return (a, b) => stateRank[a.state] - stateRank[b.state] || names(a, b);
    case 'newest':
      return (a, b) => b.createdAt.localeCompare(a.createdAt) || names(a, b);
    case 'cpu':
      return (a, b) => (cpu[b.id] ?? 0) - (cpu[a.id] ?? 0) || names(a, b);
  }
}

function asFiltered({ umid, state }: Foreign): Filtered {
  return {
    name: umid,
    tags: [],
    group: 'Not Paddock’s',
    state: state === 'paused' ? 'paused' : 'running',
  };
}

/** Where a key moves to in a list of `count`, or null when the key is not for moving. */
export function movedBy(key: string, place: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(place + 1, last);
    case 'ArrowUp':
      return Math.max(place - 1, 0);
    case 'PageDown':
      return Math.min(place + 10, last);
    case 'PageUp':
      return Math.max(place - 10, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
