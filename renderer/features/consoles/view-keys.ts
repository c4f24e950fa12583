import type { ViewDeedId } from './view-deeds.js';

/** Keys, with Ctrl and Shift, of what can be done with the place of a view; as in Terminator where that has one. */
export const viewKeys: Readonly<Partial<Record<ViewDeedId, string>>> = {
  'split-right': 'KeyE',
  'split-down': 'KeyO',
  duplicate: 'KeyY',
  'pop-out': 'KeyJ',
  'bring-back': 'KeyJ',
  'tab-left': 'PageUp',
  'tab-right': 'PageDown',
  'close-view': 'KeyW',
  broadcast: 'KeyB',
};
