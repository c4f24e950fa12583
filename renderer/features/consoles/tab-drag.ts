import type { PointerEvent as ReactPointerEvent } from 'react';
import { createStore } from 'zustand/vanilla';
import { moveBeside, moveView, type Side } from '@shared/consoles/layout-changes.js';
import { dropSide } from '@shared/consoles/layout-places.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { changeLayout } from '../../stores/layout-store.js';
import { focusConsole } from './console-commands.js';

/** Where a dragged tab would go: among the tabs of a pane, or into a new pane at a side of it. */
export type DropTarget = { paneId: number; place: number } | { paneId: number; side: Side };

/** The tab that is being dragged, and where it would go now. */
export const tabDrag = createStore<{ viewId: number | null; target: DropTarget | null }>(() => ({
  viewId: null,
  target: null,
}));

/** A press that moves less than this is a click. */
const DRAG_PX = 6;

/** Follows a press on a tab: from the first real movement on the tab is dragged, until it is dropped or Escape. */
export function followTabDrag(press: ReactPointerEvent, vmId: VmId, viewId: number): void {
  if (press.button !== 0) return;
  const { clientX, clientY } = press;
  const ended = new AbortController();
  const { signal } = ended;
  const end = (): void => {
    ended.abort();
    tabDrag.setState({ viewId: null, target: null });
  };
  const moved = (event: PointerEvent): void => {
    const isDragging = tabDrag.getState().viewId !== null;
    if (!isDragging && Math.hypot(event.clientX - clientX, event.clientY - clientY) < DRAG_PX) return;
    tabDrag.setState({ viewId, target: targetAt(event.clientX, event.clientY, viewId) });
  };
  const dropped = (): void => {
    const { viewId: dragged, target } = tabDrag.getState();
    end();
    if (dragged === null) return;
    // The click that the release makes is none.
    window.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener('click', swallow, true));
    if (target === null) return;
    changeLayout(vmId, (layout) =>
      'side' in target
        ? moveBeside(layout, viewId, target.paneId, target.side)
        : moveView(layout, viewId, target.paneId, target.place),
    );
    focusConsole();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || tabDrag.getState().viewId === null) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  };
  window.addEventListener('pointermove', moved, { signal });
  window.addEventListener('pointerup', dropped, { signal });
  window.addEventListener('pointercancel', end, { signal });
  window.addEventListener('keydown', pressed, { signal, capture: true });
}

function swallow(event: MouseEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

function targetAt(x: number, y: number, viewId: number): DropTarget | null {
  const under = document.elementFromPoint(x, y);
  const pane = under?.closest<HTMLElement>('[data-pane]');
  if (!under || !pane) return null;
  const paneId = Number(pane.dataset['pane']);
  const others = [...pane.querySelectorAll<HTMLElement>('[data-view]')].filter(
    (tab) => tab.dataset['view'] !== String(viewId),
  );
  if (under.closest('.ctabs')) {
    const place = others.filter((tab) => {
      const { left, width } = tab.getBoundingClientRect();
      return left + width / 2 < x;
    }).length;
    return { paneId, place };
  }
  const body = pane.querySelector('.termwrap')?.getBoundingClientRect();
  const side = body && dropSide({ x, y }, body);
  return side ? { paneId, side } : { paneId, place: others.length };
}
