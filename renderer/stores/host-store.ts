import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { applyPatch, emptyState, type HostState, type Patch, type Snapshot } from '@shared/api/state.js';

/** The replica of what the host knows; only patches and snapshots of the host change it. */
export const hostStore = createStore<Snapshot & { loaded: boolean }>(() => ({
  seq: 0,
  state: emptyState(),
  loaded: false,
}));

/** Takes over a whole state. */
export function receiveSnapshot(snapshot: Snapshot): void {
  hostStore.setState({ ...snapshot, loaded: true });
}

/** Applies a patch; false when one before it is missing and a new snapshot is needed. */
export function receivePatch(patch: Patch): boolean {
  const now = hostStore.getState();
  // Sent before the snapshot was taken and already in it.
  if (!now.loaded || patch.seq <= now.seq) return true;
  const next = applyPatch(now, patch);
  if (next) hostStore.setState(next);
  return next !== null;
}

/** A part of the host's state. */
export function useHost<T>(select: (state: HostState) => T): T {
  return useStore(hostStore, ({ state }) => select(state));
}
