import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { PaddockError } from '@shared/errors/paddock-error.js';

/** Something that was done on the canvas; each way says what went wrong, or null. */
export interface Deed {
  /** What a button for it is called, such as "Plug one into lab". */
  title: string;
  run: () => Promise<PaddockError | null>;
  undo: () => Promise<PaddockError | null>;
}

interface History {
  past: readonly Deed[];
  future: readonly Deed[];
  error: PaddockError | null;
  isBusy: boolean;
}

/** So many deeds can be taken back. */
const PAST_MAX = 100;

const historyStore = createStore<History>(() => ({ past: [], future: [], error: null, isBusy: false }));

/** What was done, and what went wrong last. */
export function useHistory(): History {
  return useStore(historyStore);
}

/** Does it, and remembers how to take it back; what was taken back before can't be done again then. */
export async function perform(deed: Deed): Promise<boolean> {
  return step(deed.run, ({ past }) => ({ past: [...past, deed].slice(-PAST_MAX), future: [] }));
}

/** Takes back what was done last. */
export async function undo(): Promise<boolean> {
  const deed = historyStore.getState().past.at(-1);
  if (!deed) return false;
  return step(deed.undo, ({ past, future }) => ({ past: past.slice(0, -1), future: [deed, ...future] }));
}

/** Does again what was taken back last. */
export async function redo(): Promise<boolean> {
  const deed = historyStore.getState().future[0];
  if (!deed) return false;
  return step(deed.run, ({ past, future }) => ({ past: [...past, deed], future: future.slice(1) }));
}

/** The error has been read. */
export function forgetError(): void {
  historyStore.setState({ error: null });
}

/** One at a time: a second click comes when the first one's answer is there. */
async function step(
  work: () => Promise<PaddockError | null>,
  after: (history: History) => Partial<History>,
): Promise<boolean> {
  if (historyStore.getState().isBusy) return false;
  historyStore.setState({ isBusy: true, error: null });
  const error = await work();
  historyStore.setState((history) => ({ isBusy: false, error, ...(error === null ? after(history) : {}) }));
  return error === null;
}
