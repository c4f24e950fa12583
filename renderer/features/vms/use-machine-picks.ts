import { useMemo, useRef } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { listStore, pickMachines, togglePick, useList } from '../../stores/list-store.js';

/** Picking several machines of the list, as in a file manager. */
export interface MachinePicks {
  /** Those picked that are still there. */
  picked: readonly VmView[];
  isPicked: (id: string) => boolean;
  /** Picks one, or takes it back. `shownId` belongs to it when nothing was picked before. */
  toggle: (id: string, shownId: string | null) => void;
  /** Picks everything from where picking began to here. */
  extendTo: (id: string, shownId: string | null) => void;
  /** Picking a range begins here next time. */
  beginAt: (id: string) => void;
}

/** `order`: the ids of the machines in the order in which they are seen. */
export function useMachinePicks(
  vms: Readonly<Record<string, VmView>>,
  order: readonly string[],
): MachinePicks {
  const ids = useList((list) => list.picked);
  const picked = useMemo(() => [...ids].flatMap((id) => vms[id] ?? []), [ids, vms]);
  const anchor = useRef<string | null>(null);
  return {
    picked,
    isPicked: (id) => ids.has(id),
    toggle: (id, shownId) => {
      const { isPicking, picked: before } = listStore.getState();
      // What is shown looks selected, so a second one picked is the second.
      if (!isPicking && before.size === 0 && shownId !== null && shownId !== id) pickMachines([shownId]);
      togglePick(id);
      anchor.current = id;
    },
    extendTo: (id, shownId) => {
      anchor.current ??= shownId ?? id;
      const ends = [order.indexOf(anchor.current), order.indexOf(id)].sort((a, b) => a - b);
      const [from = -1, to = -1] = ends;
      pickMachines(from < 0 ? [id] : order.slice(from, to + 1));
    },
    beginAt: (id) => {
      anchor.current = id;
    },
  };
}
