import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { popoutKey, type Popout } from '@shared/consoles/popout.js';
import { bridge } from '../lib/bridge.js';

/** The views that have windows of their own. The main process knows; after a crash of the app there are none. */
const popoutStore = createStore<{ keys: ReadonlySet<string> }>(() => ({ keys: new Set() }));

bridge.windows.watch((popouts) => popoutStore.setState({ keys: new Set(popouts.map(popoutKey)) }));

/** Whether a view has a window of its own. */
export function isPoppedOut(popout: Popout): boolean {
  return popoutStore.getState().keys.has(popoutKey(popout));
}

/** The keys of all views that have windows of their own. */
export function usePopouts(): ReadonlySet<string> {
  return useStore(popoutStore, ({ keys }) => keys);
}
