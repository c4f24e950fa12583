import type { Terminal } from '@xterm/xterm';
import { bridge } from '../../lib/bridge.js';
import { preferencesStore } from '../../stores/preferences-store.js';

/**
 * Copies what a person selects with the pointer, if they want that. Not at onSelectionChange: finding text selects, too,
 * and the guest could make it fire.
 */
export function copySelections(element: HTMLElement, terminal: Terminal): void {
  element.addEventListener('pointerdown', ({ button }) => {
    if (button !== 0 || !preferencesStore.getState().copyOnSelect) return;
    // The pointer may be let go of outside. xterm sets the selection at mouseup, which comes after.
    const copy = (): void => {
      setTimeout(() => {
        const text = terminal.getSelection();
        if (text !== '') void bridge.clipboard.writeText(text);
      });
    };
    window.addEventListener('pointerup', copy, { once: true });
  });
}
