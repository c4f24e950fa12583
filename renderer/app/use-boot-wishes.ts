import { useEffect } from 'react';
import { takeBootWish } from '../features/images/wizard/kept-builds.js';
import { useHost } from '../stores/host-store.js';
import { bootImage } from './image-deeds.js';

/** Boots what was to be booted when it is ready, wherever the window is by then. */
export function useBootWishes(): void {
  const jobs = useHost((state) => state.jobs);
  const images = useHost((state) => state.images);
  useEffect(() => {
    for (const { id, kind, state, result } of Object.values(jobs))
      if (
        kind === 'build-image' &&
        state === 'succeeded' &&
        result !== null &&
        images[result] &&
        takeBootWish(id)
      )
        // What goes wrong stands on the page of the machine, or on that of the image.
        void bootImage(result);
  }, [jobs, images]);
}
