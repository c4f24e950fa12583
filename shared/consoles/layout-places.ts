import { panesOf, type ConsoleLayout, type LayoutNode, type SplitWay } from './layout.js';
import type { Side } from './layout-changes.js';

/** A place in whole pixels: terminals painted between pixels are blurred. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The border after a part of a split. */
export interface Border extends Place {
  splitId: number;
  part: number;
  way: SplitWay;
  /** Room of the two parts beside it, and what the first has of it. */
  from: number;
  both: number;
  share: number;
  /** The panes at its two sides. */
  before: readonly number[];
  after: readonly number[];
}

/** Width of a border. */
export const BORDER_PX = 1;

/** Where panes and borders are in an area. They fill it without a gap. */
export function placesOf(
  layout: ConsoleLayout,
  area: { width: number; height: number },
): { panes: ReadonlyMap<number, Place>; borders: readonly Border[] } {
  const panes = new Map<number, Place>();
  const borders: Border[] = [];
  const put = (node: LayoutNode, place: Place): void => {
    if (node.kind === 'pane') {
      panes.set(node.id, place);
      return;
    }
    const isRow = node.way === 'right';
    const room = Math.max(0, (isRow ? place.width : place.height) - BORDER_PX * (node.parts.length - 1));
    let passed = 0;
    let at = isRow ? place.x : place.y;
    const starts: number[] = [];
    for (const [part, { share, node: inner }] of node.parts.entries()) {
      const start = Math.round(passed * room);
      passed += share;
      const isLast = part === node.parts.length - 1;
      const size = (isLast ? room : Math.round(passed * room)) - start;
      starts.push(at);
      put(inner, isRow ? { ...place, x: at, width: size } : { ...place, y: at, height: size });
      at += size;
      if (isLast) break;
      const next = node.parts[part + 1];
      const both = share + (next?.share ?? 0);
      borders.push({
        ...(isRow ? { ...place, x: at, width: BORDER_PX } : { ...place, y: at, height: BORDER_PX }),
        splitId: node.id,
        part,
        way: node.way,
        from: starts[part] ?? 0,
        both: both * room,
        share: share / both,
        before: panesOf({ root: inner }).map(({ id }) => id),
        after: next ? panesOf({ root: next.node }).map(({ id }) => id) : [],
      });
      at += BORDER_PX;
    }
  };
  put(layout.root, { x: 0, y: 0, width: area.width, height: area.height });
  return { panes, borders };
}

/** An area to ask in which pane lies beside which. */
const ANY_AREA = { width: 10_000, height: 10_000 };

/** The pane at a side of another: the one that shares most of the edge with it. */
export function paneBeside(layout: ConsoleLayout, paneId: number, side: Side): number | null {
  const { panes } = placesOf(layout, ANY_AREA);
  const own = panes.get(paneId);
  if (!own) return null;
  let best: { id: number; shared: number } | null = null;
  for (const [id, place] of panes) {
    const isTouching = {
      left: place.x + place.width + BORDER_PX === own.x,
      right: own.x + own.width + BORDER_PX === place.x,
      up: place.y + place.height + BORDER_PX === own.y,
      down: own.y + own.height + BORDER_PX === place.y,
    }[side];
    if (!isTouching) continue;
    const shared =
      side === 'left' || side === 'right'
        ? Math.min(place.y + place.height, own.y + own.height) - Math.max(place.y, own.y)
        : Math.min(place.x + place.width, own.x + own.width) - Math.max(place.x, own.x);
    if (shared > 0 && shared > (best?.shared ?? 0)) best = { id, shared };
  }
  return best?.id ?? null;
}

/** Part of a pane's room at each edge where a drop splits it; in the middle it becomes a tab. */
const EDGE = 0.25;

/** What a drop at a point of a pane means: at which side it splits the pane, or null for a tab of it. */
export function dropSide(point: { x: number; y: number }, pane: Place): Side | null {
  const x = (point.x - pane.x) / pane.width;
  const y = (point.y - pane.y) / pane.height;
  const nearest = (
    [
      ['left', x],
      ['right', 1 - x],
      ['up', y],
      ['down', 1 - y],
    ] as const
  ).toSorted((a, b) => a[1] - b[1])[0];
  return nearest && nearest[1] < EDGE ? nearest[0] : null;
}
