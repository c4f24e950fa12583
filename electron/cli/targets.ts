import type { VmView } from '@shared/vms/vm-view.js';
import type { Session } from './session.js';
import { UsageError } from './usage.js';

/** Options of a command that takes several machines, for parseArgs. */
export const targetOptions = {
  group: { type: 'string' },
  tag: { type: 'string' },
  all: { type: 'boolean', default: false },
} as const;

/** What was said of the machines that a command is for. */
export interface TargetWords {
  names: readonly string[];
  group: string | undefined;
  tag: string | undefined;
  all: boolean;
}

/** Checks that it was said in one way. Throws UsageError. */
export function checkTargetWords({ names, group, tag, all }: TargetWords): void {
  const isFiltered = all || group !== undefined || tag !== undefined;
  if (names.length === 0 && !isFiltered) throw new UsageError('the machine’s name is missing');
  if (names.length > 0 && isFiltered)
    throw new UsageError('give names, or --group, --tag or --all, not both');
  if (all && (group !== undefined || tag !== undefined))
    throw new UsageError('--all leaves nothing for --group or --tag');
}

/** The machines in a group, with a tag, or all of them, by name. Throws when there is none. */
export function filteredVms(session: Session, { group, tag, all }: TargetWords): VmView[] {
  const found = Object.values(session.state.vms)
    .filter(
      (vm) =>
        all || ((group === undefined || vm.group === group) && (tag === undefined || vm.tags.includes(tag))),
    )
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  if (found.length > 0) return found;
  const where = [
    ...(group === undefined ? [] : [`in the group ${group}`]),
    ...(tag === undefined ? [] : [`with the tag ${tag}`]),
  ];
  throw new Error(`There is no machine ${where.join(' ')}`.trim());
}
