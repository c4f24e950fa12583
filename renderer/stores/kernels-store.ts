import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

/** What the place of kernels shows. */
export type KernelsView = 'library' | 'tests' | 'benchmarks';

interface KernelsUi {
  view: KernelsView;
  /** `kernel:PATH` or `job:ID`; null: the first one. */
  selected: string | null;
  /** One is being put together, in place of all that. */
  isBuilding: boolean;
  /** The id of a benchmark, or `new`; null: the newest one. */
  benchmark: string | null;
  /** The run of tests that is shown; null: the newest. */
  testRunId: string | null;
}

const store = createStore<KernelsUi>(() => ({
  view: 'library',
  selected: null,
  isBuilding: false,
  benchmark: null,
  testRunId: null,
}));

/** Selects a kernel or a job of the list. */
export function selectKernelRow(selected: string | null): void {
  store.setState({ view: 'library', selected, isBuilding: false });
}

/** Selects a benchmark, `new` for one to be measured, null for the newest. */
export function selectBenchmark(benchmark: string | null): void {
  store.setState({ view: 'benchmarks', benchmark, isBuilding: false });
}

/** Shows a run of tests; null: the newest. */
export function showTestRun(testRunId: string | null): void {
  store.setState({ view: 'tests', testRunId, isBuilding: false });
}

/** Shows another part of the place. */
export function showKernelsView(view: KernelsView): void {
  store.setState({ view, isBuilding: false });
}

/** Shows what is put together to be built, as it was left, or the list again. */
export function showKernelBuild(isBuilding: boolean): void {
  store.setState({ isBuilding });
}

/** A part of it. */
export function useKernelsUi<T>(select: (state: KernelsUi) => T): T {
  return useStore(store, select);
}
