import type { ConsoleName } from './console-name.js';
import {
  focusedPane,
  isDuplicate,
  mapPanes,
  MOST_PANES,
  MOST_VIEWS,
  normalised,
  paneOfView,
  panesOf,
  viewsOf,
  type ConsoleLayout,
  type ConsoleView,
  type LayoutNode,
  type Pane,
  type Split,
  type SplitWay,
} from './layout.js';

/** Where a view can be put beside a pane. */
export type Side = 'left' | 'right' | 'up' | 'down';

/** Gives a pane the keyboard. */
export function focusPane(layout: ConsoleLayout, paneId: number): ConsoleLayout {
  return layout.focused === paneId || !paneOf(layout, paneId) ? layout : { ...layout, focused: paneId };
}

/** Shows a view in its pane, and gives that the keyboard. */
export function showView(layout: ConsoleLayout, viewId: number): ConsoleLayout {
  const pane = paneOfView(layout, viewId);
  return pane ? { ...withPane(layout, { ...pane, shown: viewId }), focused: pane.id } : layout;
}

/** Shows a console: where it is seen already, else in the pane that has it as a tab; the focused pane first. */
export function showConsoleView(layout: ConsoleLayout, console: ConsoleName): ConsoleLayout {
  const focused = focusedPane(layout);
  const panes = [focused, ...panesOf(layout).filter((pane) => pane !== focused)];
  const views = panes.flatMap((pane) =>
    pane.views.filter((view) => view.console === console).map((view) => ({ view, pane })),
  );
  const best = views.find(({ view, pane }) => pane.shown === view.id) ?? views[0];
  return best ? showView(layout, best.view.id) : layout;
}

/** Shows the tab beside the shown one of the focused pane, in a ring. */
export function stepView(layout: ConsoleLayout, step: 1 | -1): ConsoleLayout {
  const { views, shown } = focusedPane(layout);
  const place = views.findIndex((view) => view.id === shown);
  const next = views[(place + step + views.length) % views.length];
  return next ? showView(layout, next.id) : layout;
}

/**
 * Splits the focused pane: the tab after the shown one goes into the new pane; else a tab of another pane that isn't
 * seen. When every console is seen, the shown one is seen twice.
 */
export function splitFocused(layout: ConsoleLayout, way: SplitWay): ConsoleLayout {
  const { views, shown } = focusedPane(layout);
  const place = views.findIndex((view) => view.id === shown);
  const hidden = panesOf(layout).flatMap((pane) => pane.views.filter((view) => view.id !== pane.shown));
  const other = views.length > 1 ? views[(place + 1) % views.length] : hidden[0];
  return other ? moveBeside(layout, other.id, layout.focused, way) : duplicateView(layout, shown, way);
}

/** Puts a view into a new pane beside its own; the last one of a pane is shown in both. */
export function splitOff(layout: ConsoleLayout, viewId: number, side: Side): ConsoleLayout {
  const pane = paneOfView(layout, viewId);
  if (!pane) return layout;
  return pane.views.length === 1
    ? duplicateView(layout, viewId, side)
    : moveBeside(layout, viewId, pane.id, side);
}

/** Shows the console of a view once more, in a new pane beside it. */
export function duplicateView(layout: ConsoleLayout, viewId: number, side: Side): ConsoleLayout {
  const pane = paneOfView(layout, viewId);
  const view = pane?.views.find((each) => each.id === viewId);
  if (!pane || !view || isFull(layout) || viewsOf(layout).length >= MOST_VIEWS) return layout;
  const copy: ConsoleView = { id: layout.nextId, console: view.console };
  return besidePane({ ...layout, nextId: layout.nextId + 1 }, pane.id, copy, side);
}

/** Moves a view to a place among the tabs of a pane, and shows it there. */
export function moveView(
  layout: ConsoleLayout,
  viewId: number,
  paneId: number,
  place: number,
): ConsoleLayout {
  const from = paneOfView(layout, viewId);
  const view = from?.views.find((each) => each.id === viewId);
  if (!from || !view || !paneOf(layout, paneId)) return layout;
  const root = mapPanes(layout.root, (pane) => {
    if (pane.id !== paneId && pane.id !== from.id) return pane;
    const rest = pane.views.filter((each) => each.id !== viewId);
    if (pane.id !== paneId) return { ...pane, views: rest, shown: shownAfter(pane, rest) };
    const views = rest.toSpliced(Math.max(0, Math.min(place, rest.length)), 0, view);
    return { ...pane, views, shown: viewId };
  });
  return tidied({ ...layout, root, focused: paneId });
}

/** Moves a view one place along the tabs of its pane, in a ring. */
export function nudgeView(layout: ConsoleLayout, viewId: number, step: 1 | -1): ConsoleLayout {
  const pane = paneOfView(layout, viewId);
  const place = pane?.views.findIndex((view) => view.id === viewId) ?? -1;
  if (!pane || pane.views.length < 2) return layout;
  return moveView(layout, viewId, pane.id, (place + step + pane.views.length) % pane.views.length);
}

/** Moves a view into a new pane at a side of another pane. A pane's only view can't be moved beside that pane. */
export function moveBeside(layout: ConsoleLayout, viewId: number, paneId: number, side: Side): ConsoleLayout {
  const from = paneOfView(layout, viewId);
  const view = from?.views.find((each) => each.id === viewId);
  if (!from || !view || !paneOf(layout, paneId)) return layout;
  if (from.views.length === 1 && from.id === paneId) return layout;
  if (isFull(layout) && from.views.length > 1) return layout;
  const rest = from.views.filter((each) => each.id !== viewId);
  const without = withPane(layout, { ...from, views: rest, shown: shownAfter(from, rest) });
  return besidePane(without, paneId, view, side);
}

/** Takes a view away. The last one of a console becomes a tab of the next pane instead: no console is ever closed. */
export function closeView(layout: ConsoleLayout, viewId: number): ConsoleLayout {
  const pane = paneOfView(layout, viewId);
  if (!pane) return layout;
  if (isDuplicate(layout, viewId)) {
    const rest = pane.views.filter((view) => view.id !== viewId);
    return tidied(withPane(layout, { ...pane, views: rest, shown: shownAfter(pane, rest) }));
  }
  const heir = heirOf(layout, pane);
  return heir ? keepingShown(layout, heir, [viewId]) : layout;
}

/** Takes a pane away: its tabs go to the pane before it, or after it, but not what is seen elsewhere as well. */
export function closePane(layout: ConsoleLayout, paneId: number): ConsoleLayout {
  const pane = paneOf(layout, paneId);
  const heir = pane && heirOf(layout, pane);
  if (!pane || !heir) return layout;
  return keepingShown(
    layout,
    heir,
    pane.views.map((view) => view.id),
  );
}

/** Makes all panes one again. */
export function mergePanes(layout: ConsoleLayout): ConsoleLayout {
  let merged = layout;
  for (const pane of panesOf(layout)) if (pane.id !== layout.focused) merged = closePane(merged, pane.id);
  return merged;
}

/** Moves the border after a part of a split; `share` is what the part before it then has of the two. */
export function moveBorder(
  layout: ConsoleLayout,
  splitId: number,
  part: number,
  share: number,
): ConsoleLayout {
  return withSplit(layout, splitId, (split) => {
    const [a, b] = [split.parts[part], split.parts[part + 1]];
    if (!a || !b) return split;
    const both = a.share + b.share;
    const first = Math.max(LEAST_SHARE, Math.min(1 - LEAST_SHARE, share)) * both;
    const parts = split.parts.with(part, { ...a, share: first });
    return { ...split, parts: parts.with(part + 1, { ...b, share: both - first }) };
  });
}

/** Gives all parts of a split the same room. */
export function evenOut(layout: ConsoleLayout, splitId: number): ConsoleLayout {
  return withSplit(layout, splitId, (split) => ({
    ...split,
    parts: split.parts.map((part) => ({ ...part, share: 1 / split.parts.length })),
  }));
}

/** What a part of two keeps at least. */
const LEAST_SHARE = 0.05;

/** Whether there is no room for another pane. */
export function isFull(layout: ConsoleLayout): boolean {
  return panesOf(layout).length >= MOST_PANES;
}

function keepingShown(layout: ConsoleLayout, heir: Pane, viewIds: readonly number[]): ConsoleLayout {
  let next = layout;
  for (const viewId of viewIds) {
    if (isDuplicate(next, viewId)) next = closeView(next, viewId);
    else next = moveView(next, viewId, heir.id, Number.MAX_SAFE_INTEGER);
  }
  const kept = paneOf(next, heir.id);
  return kept ? { ...withPane(next, { ...kept, shown: heir.shown }), focused: heir.id } : next;
}

function heirOf(layout: ConsoleLayout, pane: Pane): Pane | undefined {
  const panes = panesOf(layout);
  const place = panes.findIndex(({ id }) => id === pane.id);
  const focused = panes.find(({ id }) => id === layout.focused && id !== pane.id);
  return focused ?? panes[place - 1] ?? panes[place + 1];
}

function paneOf(layout: ConsoleLayout, paneId: number): Pane | undefined {
  return panesOf(layout).find(({ id }) => id === paneId);
}

function withPane(layout: ConsoleLayout, pane: Pane): ConsoleLayout {
  const root = mapPanes(layout.root, (each) => (each.id === pane.id ? pane : each));
  return root === layout.root ? layout : { ...layout, root };
}

function withSplit(layout: ConsoleLayout, splitId: number, change: (split: Split) => Split): ConsoleLayout {
  const within = (node: LayoutNode): LayoutNode => {
    if (node.kind === 'pane') return node;
    if (node.id === splitId) return change(node);
    return { ...node, parts: node.parts.map((part) => ({ ...part, node: within(part.node) })) };
  };
  return { ...layout, root: within(layout.root) };
}

function besidePane(layout: ConsoleLayout, paneId: number, view: ConsoleView, side: Side): ConsoleLayout {
  const pane: Pane = { kind: 'pane', id: layout.nextId, views: [view], shown: view.id };
  const way = side === 'left' || side === 'right' ? 'right' : 'down';
  const isFirst = side === 'left' || side === 'up';
  const root = mapPanes(layout.root, (each) => {
    if (each.id !== paneId) return each;
    const nodes = isFirst ? [pane, each] : [each, pane];
    return {
      kind: 'split',
      id: layout.nextId + 1,
      way,
      parts: nodes.map((node) => ({ share: 0.5, node })),
    };
  });
  return tidied({ root, focused: pane.id, nextId: layout.nextId + 2 });
}

function shownAfter(pane: Pane, rest: readonly ConsoleView[]): number {
  if (rest.some((view) => view.id === pane.shown)) return pane.shown;
  const place = pane.views.findIndex((view) => view.id === pane.shown);
  return (rest[place] ?? rest.at(-1))?.id ?? pane.shown;
}

function tidied(layout: ConsoleLayout): ConsoleLayout {
  const consoles = [...new Set(viewsOf(layout).map(({ console }) => console))];
  return normalised(layout, consoles);
}
