import { useEffect } from 'react';
import { openDialog, showSide, uiStore } from '../stores/ui-store.js';
import { FLOATS_ID } from '../ui/tooltip.js';
import { actionOfKey } from './actions/all-actions.js';

/** Listens for the keys that work everywhere in the window. */
export function useShortcuts(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (!event.ctrlKey || event.altKey || event.metaKey || uiStore.getState().dialog) return;
      const isInConsole = event.target instanceof Element && event.target.closest('.xterm') !== null;
      // In a field these move by words.
      const isInField =
        !isInConsole && event.target instanceof Element && event.target.matches('input, textarea');
      if (isInField && event.key.startsWith('Arrow')) return;
      const action = actionOfKey(event, isInConsole);
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      // What can't be done now says why, in the palette.
      if (action.reason === null) action.run();
      else openDialog({ kind: 'palette', query: action.title });
    };
    // A list that is laid over a narrow window goes away by Escape and by a click beside it.
    const escaped = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') showSide(false);
    };
    const clicked = (event: PointerEvent): void => {
      const beside = event.target instanceof Element ? event.target.closest(`.main, #${FLOATS_ID}`) : null;
      if (beside?.matches('.main')) showSide(false);
    };
    window.addEventListener('keydown', pressed, true);
    window.addEventListener('keydown', escaped);
    window.addEventListener('pointerdown', clicked);
    return () => {
      window.removeEventListener('keydown', pressed, true);
      window.removeEventListener('keydown', escaped);
      window.removeEventListener('pointerdown', clicked);
    };
  }, []);
}
