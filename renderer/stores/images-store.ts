import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { PaddockError } from '@shared/errors/paddock-error.js';

/** How this window shows the place of images. */
export interface ImagesView {
  filter: string;
  /** Groups of the list that are folded away. */
  folded: readonly string[];
  /** What is shown beside the list: `image:<id>` or `job:<id>`. */
  selected: string | null;
  /** The wizard is shown in its place; what stands in it is kept when it is left. */
  isMaking: boolean;
  /** Name of the image that was put away just now, while nothing else is shown. */
  gone: string | null;
  /** Why the last deed on an image was refused; said on its page. */
  problem: { imageId: string; error: PaddockError } | null;
}

/** Kept while the window lives, so that the place is as it was left. */
export const imagesStore = createStore<ImagesView>(() => ({
  filter: '',
  folded: [],
  selected: null,
  isMaking: false,
  gone: null,
  problem: null,
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
  imagesStore.setState(({ gone }) => ({ selected, isMaking: false, gone: selected === null ? gone : null }));
}

/** An image was put away: says so where it was. */
export function showGone(gone: string): void {
  imagesStore.setState({ selected: null, isMaking: false, gone });
}

/** Says on its page why a deed on an image was refused; with null it is past. */
export function setImageProblem(imageId: string, error: PaddockError | null): void {
  imagesStore.setState({ problem: error && { imageId, error } });
}

/** Shows the wizard, or leaves it. */
export function showImageWizard(isMaking: boolean): void {
  imagesStore.setState({ isMaking });
}

/** A part of how the place is shown. */
export function useImagesView<T>(select: (view: ImagesView) => T): T {
  return useStore(imagesStore, select);
}
