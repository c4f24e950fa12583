import { z } from 'zod';
import { consoleNameSchema, type ConsoleName } from './console-name.js';

/** A sight of a console. One console can be seen twice: two views with their own ids. */
export interface ConsoleView {
  id: number;
  console: ConsoleName;
}

/** A place that shows one of its views; the others are tabs above it. */
export interface Pane {
  kind: 'pane';
  id: number;
  views: readonly ConsoleView[];
  /** The id of the view that is seen. */
  shown: number;
}

/** Where the later part of a split lies. */
export type SplitWay = 'right' | 'down';

/** Panes, and splits of them, side by side or one above the other. */
export interface Split {
  kind: 'split';
  id: number;
  way: SplitWay;
  /** At least two; their shares of the room are together 1. */
  parts: readonly SplitPart[];
}
export interface SplitPart {
  share: number;
  node: LayoutNode;
}
export type LayoutNode = Pane | Split;

/** Where the consoles of one machine are in the window. Every console has at least one view: none is ever closed. */
export interface ConsoleLayout {
  root: LayoutNode;
  /** The id of the pane that has the keyboard. */
  focused: number;
  /** Ids only grow: one that was given up is never another's. */
  nextId: number;
}

/** More panes than that are too small to read in any window. */
export const MOST_PANES = 12;
/** Views of one machine: 35 consoles, each twice. */
export const MOST_VIEWS = 70;

const id = z.int().min(0).max(1e9);
const paneSchema = z.strictObject({
  kind: z.literal('pane'),
  id,
  views: z
    .array(z.strictObject({ id, console: consoleNameSchema }))
    .min(1)
    .max(MOST_VIEWS),
  shown: id,
});
const splitSchema = z.strictObject({
  kind: z.literal('split'),
  id,
  way: z.enum(['right', 'down']),
  get parts() {
    return z.array(partSchema).min(2).max(MOST_PANES);
  },
});
const partSchema: z.ZodType<SplitPart> = z.lazy(() =>
  z.strictObject({ share: z.number().positive().max(1), node: z.union([paneSchema, splitSchema]) }),
);

/** A layout as it is kept. What can't be one is refused as a whole. */
const layoutSchema: z.ZodType<ConsoleLayout> = z
  .strictObject({ root: z.union([paneSchema, splitSchema]), focused: id, nextId: id })
  .refine((layout) => {
    const ids = idsOf(layout.root);
    return new Set(ids).size === ids.length && ids.every((each) => each < layout.nextId);
  }, 'ids are used once')
  .refine(
    (layout) => panesOf(layout).length <= MOST_PANES && viewsOf(layout).length <= MOST_VIEWS,
    'not too many',
  );

/** Longer texts are no layouts; the limit also bounds how deep one can be. */
const MOST_LETTERS = 20_000;

/** Reads a layout as it was kept; null when it is none. */
export function parseLayout(text: string | null): ConsoleLayout | null {
  if (text === null || text.length > MOST_LETTERS) return null;
  try {
    return layoutSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** All consoles as tabs of one pane, the first one shown. */
export function plainLayout(consoles: readonly ConsoleName[]): ConsoleLayout {
  const views = consoles.map((console, place) => ({ id: place + 1, console }));
  return {
    root: { kind: 'pane', id: 0, views, shown: views[0]?.id ?? 0 },
    focused: 0,
    nextId: views.length + 1,
  };
}

/** The panes, from the left and top to the right and bottom. */
export function panesOf({ root }: Pick<ConsoleLayout, 'root'>): Pane[] {
  return root.kind === 'pane' ? [root] : root.parts.flatMap(({ node }) => panesOf({ root: node }));
}

/** All views, in the order of their panes and tabs. */
export function viewsOf(layout: Pick<ConsoleLayout, 'root'>): ConsoleView[] {
  return panesOf(layout).flatMap(({ views }) => views);
}

/** The pane that has the keyboard. */
export function focusedPane(layout: ConsoleLayout): Pane {
  const panes = panesOf(layout);
  return panes.find(({ id: paneId }) => paneId === layout.focused) ?? (panes[0] as Pane);
}

/** The view that a pane shows. */
export function shownView(pane: Pane): ConsoleView | undefined {
  return pane.views.find(({ id: viewId }) => viewId === pane.shown);
}

/** The pane that a view is in. */
export function paneOfView(layout: ConsoleLayout, viewId: number): Pane | undefined {
  return panesOf(layout).find(({ views }) => views.some((view) => view.id === viewId));
}

/** True when a console is seen at more than one place, so that this view can go. */
export function isDuplicate(layout: ConsoleLayout, viewId: number): boolean {
  const views = viewsOf(layout);
  const own = views.find((view) => view.id === viewId);
  return own !== undefined && views.some((view) => view.id !== viewId && view.console === own.console);
}

/** The same layout for the consoles that there are: those that went leave, those that came are tabs of the focused pane. */
export function normalised(layout: ConsoleLayout, consoles: readonly ConsoleName[]): ConsoleLayout {
  if (consoles.length === 0) return layout;
  const root = tidy(layout.root, new Set(consoles));
  if (root === null) return plainLayout(consoles);
  let { nextId } = layout;
  const seen = new Set(viewsOf({ root }).map(({ console }) => console));
  const missing = consoles
    .filter((console) => !seen.has(console))
    .map((console) => ({ id: nextId++, console }));
  const tidied = { root, focused: layout.focused, nextId };
  const { id: focused } = focusedPane(tidied);
  if (missing.length === 0)
    return root === layout.root && focused === layout.focused ? layout : { ...tidied, focused };
  return {
    root: mapPanes(root, (pane) =>
      pane.id === focused ? { ...pane, views: [...pane.views, ...missing] } : pane,
    ),
    focused,
    nextId,
  };
}

/** Changes panes; those that stay the same stay the same object. */
export function mapPanes(node: LayoutNode, change: (pane: Pane) => LayoutNode): LayoutNode {
  if (node.kind === 'pane') return change(node);
  const parts = node.parts.map((part) => {
    const next = mapPanes(part.node, change);
    return next === part.node ? part : { ...part, node: next };
  });
  return parts.every((part, place) => part === node.parts[place]) ? node : { ...node, parts };
}

/** Takes away views without a console, panes without views and splits without two parts; null when nothing is left. */
function tidy(node: LayoutNode, consoles: ReadonlySet<ConsoleName>): LayoutNode | null {
  if (node.kind === 'pane') {
    const views = node.views.filter(({ console }) => consoles.has(console));
    const [first] = views;
    if (!first) return null;
    if (views.length === node.views.length && views.some((view) => view.id === node.shown)) return node;
    return { ...node, views, shown: besides(node, views) };
  }
  const parts = node.parts.flatMap((part): SplitPart[] => {
    const next = tidy(part.node, consoles);
    if (next === null) return [];
    // A split in a split of the same way is one split.
    if (next.kind === 'split' && next.way === node.way)
      return next.parts.map((inner) => ({ share: inner.share * part.share, node: inner.node }));
    return [next === part.node ? part : { ...part, node: next }];
  });
  if (parts.length < 2) return parts[0]?.node ?? null;
  if (parts.length === node.parts.length && parts.every((part, place) => part === node.parts[place]))
    return isWhole(parts) ? node : { ...node, parts: evened(parts) };
  return { ...node, parts: evened(parts) };
}

/** The view to show when the shown one may be gone: itself, else the tab after it, else the last. */
function besides(before: Pane, views: readonly ConsoleView[]): number {
  const place = before.views.findIndex((view) => view.id === before.shown);
  const after = before.views.slice(Math.max(0, place)).find((view) => views.includes(view));
  return (after ?? views.at(-1))?.id ?? before.shown;
}

function isWhole(parts: readonly SplitPart[]): boolean {
  return Math.abs(parts.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-6;
}

/** The same parts with shares that are together 1. */
function evened(parts: readonly SplitPart[]): SplitPart[] {
  const all = parts.reduce((sum, { share }) => sum + share, 0);
  return parts.map((part) => ({ ...part, share: part.share / all }));
}

function idsOf(node: LayoutNode): number[] {
  return node.kind === 'pane'
    ? [node.id, ...node.views.map((view) => view.id)]
    : [node.id, ...node.parts.flatMap((part) => idsOf(part.node))];
}
