import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

/** By what the machines of a group are put in order. */
export const sortOrders = ['name', 'state', 'newest', 'cpu'] as const;
export type SortOrder = (typeof sortOrders)[number];

const keptSchema = z.object({
  sort: z.enum(sortOrders).catch('name'),
  /** Keys of the groups that are folded away. */
  folded: z.array(z.string()).catch([]),
});

/** How the list of machines is shown, and which of them are picked for something. */
export interface ListState extends z.infer<typeof keptSchema> {
  filter: string;
  /** Whether a click picks instead of showing. */
  isPicking: boolean;
  /** Machines picked to do something to, in no order. */
  picked: ReadonlySet<string>;
}

const KEY = 'paddock.list';

/** The state of the list. */
export const listStore = createStore<ListState>(() => ({
  ...load(),
  filter: '',
  isPicking: false,
  picked: new Set(),
}));

function load(): z.infer<typeof keptSchema> {
  try {
    return keptSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return keptSchema.parse({});
  }
}

function keep(change: Partial<z.infer<typeof keptSchema>>): void {
  listStore.setState(change);
  const { sort, folded } = listStore.getState();
  localStorage.setItem(KEY, JSON.stringify({ sort, folded }));
}

/** Shows only what a filter finds. */
export function setFilter(filter: string): void {
  listStore.setState({ filter });
}

/** Puts the machines in another order. */
export function setSort(sort: SortOrder): void {
  keep({ sort });
}

/** Folds a group away, or opens it. */
export function foldGroup(key: string, isFolded: boolean): void {
  const others = listStore.getState().folded.filter((other) => other !== key);
  keep({ folded: isFolded ? [...others, key] : others });
}

/** Folds these groups and opens all others. */
export function foldAll(keys: readonly string[]): void {
  keep({ folded: [...keys] });
}

/** Picks these machines and no others. */
export function pickMachines(ids: Iterable<string>): void {
  listStore.setState({ picked: new Set(ids) });
}

/** Picks a machine, or takes it back. */
export function togglePick(id: string): void {
  const picked = new Set(listStore.getState().picked);
  if (!picked.delete(id)) picked.add(id);
  listStore.setState({ picked });
}

/** Begins or ends picking by plain clicks; either way nothing is picked at first. */
export function setPicking(isPicking: boolean): void {
  listStore.setState({ isPicking, picked: new Set() });
}

/** A part of the list's state. */
export function useList<T>(select: (state: ListState) => T): T {
  return useStore(listStore, select);
}
