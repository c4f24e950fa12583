import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

/** How this window shows the place of images. */
export interface ImagesView {
  filter: string;
  /** Groups of the list that are folded away. */
  folded: readonly string[];
  /** What is shown beside the list: `image:<id>` or `job:<id>`. */
  selected: string | null;
  /** The wizard is shown in its place; what stands in it is kept when it is left. */
  isMaking: boolean;
}

/** Kept while the window lives, so that the place is as it was left. */
export const imagesStore = createStore<ImagesView>(() => ({
  filter: '',
  folded: [],
  selected: null,
  isMaking: false,
}));

/** Shows only what matches. */
export function setImageFilter(filter: string): void {
  imagesStore.setState({ filter });
}

/** Folds a group of the list away, or shows it again. */
export function foldImageGroup(key: string, isFolded: boolean): void {
  imagesStore.setState(({ folded }) => ({
    folded: isFolded
      ? [...folded.filter((other) => other !== key), key]
      : folded.filter((other) => other !== key),
  }));
}

/** Shows an image or a job, or with null nothing. */
export function selectImageRow(selected: string | null): void {
  imagesStore.setState({ selected, isMaking: false });
}

/** Shows the wizard, or leaves it. */
export function showImageWizard(isMaking: boolean): void {
  imagesStore.setState({ isMaking });
}

/** A part of how the place is shown. */
export function useImagesView<T>(select: (view: ImagesView) => T): T {
  return useStore(imagesStore, select);
}
