import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

interface KernelsUi {
  /** `kernel:PATH` or `job:ID`; null: the first one. */
  selected: string | null;
  /** One is being put together, in place of the list. */
  isBuilding: boolean;
}

const store = createStore<KernelsUi>(() => ({ selected: null, isBuilding: false }));

/** Selects a kernel or a job of the list. */
export function selectKernelRow(selected: string | null): void {
  store.setState({ selected });
}

/** Shows what is put together to be built, as it was left, or the list again. */
export function showKernelBuild(isBuilding: boolean): void {
  store.setState({ isBuilding });
}

/** A part of it. */
export function useKernelsUi<T>(select: (state: KernelsUi) => T): T {
  return useStore(store, select);
}
