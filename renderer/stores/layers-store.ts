import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

/** How this window shows the tree of bases and layers. */
export interface LayersView {
  filter: string;
  /** Keys of the rows whose children are folded away. */
  folded: readonly string[];
  /** The row whose details are shown: `base:<id>` or `layer:<id>`. */
  selected: string | null;
}

/** Kept while the window lives, so that the place is as it was left. */
export const layersStore = createStore<LayersView>(() => ({ filter: '', folded: [], selected: null }));

/** Shows only what matches. */
export function setLayerFilter(filter: string): void {
  layersStore.setState({ filter });
}

/** Folds the children of a row away, or shows them again. */
export function foldLayerRow(key: string, isFolded: boolean): void {
  layersStore.setState(({ folded }) => ({
    folded: isFolded
      ? [...folded.filter((other) => other !== key), key]
      : folded.filter((other) => other !== key),
  }));
}

/** Shows the details of a row, or with null of none. */
export function selectLayerRow(selected: string | null): void {
  layersStore.setState({ selected });
}

/** A part of how the tree is shown. */
export function useLayersView<T>(select: (view: LayersView) => T): T {
  return useStore(layersStore, select);
}
