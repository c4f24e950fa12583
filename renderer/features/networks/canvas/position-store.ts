import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { keepPositions, keptPositions, type Position, type Positions } from './positions.js';
import { perform } from './history.js';

const positionStore = createStore<{ positions: Positions }>(() => ({ positions: keptPositions() }));

/** Where things were put on the canvas. */
export function usePositions(): Positions {
  return useStore(positionStore, ({ positions }) => positions);
}

/** Where things are now. */
export const positionsNow = (): Positions => positionStore.getState().positions;

/** Puts things somewhere, and keeps that. */
function put(positions: Positions): void {
  positionStore.setState({ positions });
  keepPositions(positions);
}

/** Places that nobody chose, of things that are new; nothing that could be undone. */
export function settle(positions: Positions): void {
  if (positions !== positionsNow()) put(positions);
}

/** Moves some things; it can be undone. */
export function move(title: string, moved: Readonly<Record<string, Position>>): void {
  const before = positionsNow();
  const after = { ...before, ...moved };
  void perform({
    title,
    run: () => Promise.resolve(put({ ...positionsNow(), ...moved })).then(() => null),
    undo: () => {
      const back = Object.fromEntries(
        Object.keys(moved).flatMap((id) => {
          const at = before[id];
          return at ? [[id, at]] : [];
        }),
      );
      put({ ...positionsNow(), ...back });
      return Promise.resolve(null);
    },
  });
  // Drawn at once, whatever else is being done.
  if (positionsNow() === before) put(after);
}
