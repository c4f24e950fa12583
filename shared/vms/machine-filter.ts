import type { VmState } from './vm-state.js';
import type { VmView } from './vm-view.js';

/** What a filter looks at. */
export type Filtered = Pick<VmView, 'name' | 'tags' | 'group' | 'state'>;

/** A word of a filter: in one field of a machine, or with null anywhere in it. */
export interface FilterTerm {
  field: 'tag' | 'group' | 'is' | null;
  /** In small letters. */
  value: string;
}

/** The words by which a state is found; a machine that never ran is one that is stopped, too. */
const stateWords: Readonly<Record<VmState, readonly string[]>> = {
  defined: ['never started', 'stopped'],
  starting: ['starting'],
  running: ['running'],
  paused: ['paused'],
  stopping: ['stopping'],
  stopped: ['stopped'],
  crashed: ['crashed'],
  broken: ['broken'],
};

/** Reads a filter as it is typed: words, `tag:router`, `group:"BGP course"`, `is:running`. */
export function parseFilter(text: string): FilterTerm[] {
  const found = text.matchAll(/(?:(tag|group|is):)?(?:"([^"]*)"?|(\S+))/gi);
  return [...found]
    .map(([, field, quoted, word]) => ({
      field: (field?.toLowerCase() ?? null) as FilterTerm['field'],
      value: (quoted ?? word ?? '').trim().toLowerCase(),
    }))
    .filter(({ value }) => value !== '');
}

/** Whether every term of a filter is in the machine. */
export function matchesFilter(terms: readonly FilterTerm[], vm: Filtered): boolean {
  const tags = vm.tags.map((tag) => tag.toLowerCase());
  const group = vm.group?.toLowerCase() ?? '';
  const isState = (value: string): boolean => stateWords[vm.state].some((word) => word.startsWith(value));
  return terms.every(({ field, value }) => {
    switch (field) {
      case 'tag':
        return tags.some((tag) => tag.startsWith(value));
      case 'group':
        return group.includes(value);
      case 'is':
        return isState(value);
      case null:
        return (
          vm.name.includes(value) ||
          tags.some((tag) => tag.includes(value)) ||
          group.includes(value) ||
          isState(value)
        );
    }
  });
}

/** A filter that finds one group. */
export function groupFilter(group: string): string {
  return `group:"${group.replaceAll('"', '')}"`;
}
