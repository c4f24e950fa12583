import type { VmView } from '@shared/vms/vm-view.js';

const byName = new Intl.Collator('en', { numeric: true });

/** Machines in the order of the list, those whose name has `filter` in it. */
export function orderMachines(vms: Readonly<Record<string, VmView>>, filter: string): VmView[] {
  const wanted = filter.trim().toLowerCase();
  return Object.values(vms)
    .filter((vm) => vm.name.toLowerCase().includes(wanted) || vm.state.startsWith(wanted))
    .sort((a, b) => byName.compare(a.name, b.name));
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
