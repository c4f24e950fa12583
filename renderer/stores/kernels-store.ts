import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

interface KernelsUi {
  /** `kernel:PATH` or `job:ID`; null: the first one. */
  selected: string | null;
  /** The kernels themselves, or how their tests went. */
  view: KernelsView;
  /** The run of tests that is shown; null: the newest. */
  testRunId: string | null;
}

/** What the place of kernels shows. */
export type KernelsView = 'kernels' | 'tests';

const store = createStore<KernelsUi>(() => ({ selected: null, view: 'kernels', testRunId: null }));

/** Selects a kernel or a job of the list. */
export function selectKernelRow(selected: string | null): void {
  store.setState({ selected, view: 'kernels' });
}

/** Shows a run of tests; null: the newest. */
export function showTestRun(testRunId: string | null): void {
  store.setState({ testRunId, view: 'tests' });
}

/** Shows the kernels, or their tests. */
export function showKernelsView(view: KernelsView): void {
  store.setState({ view });
}

/** A part of it. */
export function useKernelsUi<T>(select: (state: KernelsUi) => T): T {
  return useStore(store, select);
}
