import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

interface KernelsUi {
  /** `kernel:PATH` or `job:ID`; null: the first one. */
  selected: string | null;
}

const store = createStore<KernelsUi>(() => ({ selected: null }));

/** Selects a kernel or a job of the list. */
export function selectKernelRow(selected: string | null): void {
  store.setState({ selected });
}

/** A part of it. */
export function useKernelsUi<T>(select: (state: KernelsUi) => T): T {
  return useStore(store, select);
}
