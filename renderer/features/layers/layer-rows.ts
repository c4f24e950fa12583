import type { Base, Layer, LayerState } from '@shared/layers/layer.js';
import { layerStateText, baseStateText } from '@shared/layers/layer-state-text.js';
import { fileName } from '../../lib/format.js';

/** A drawn guide of the tree: a line past, a branch that goes on below, the last branch. */
export type Guide = 'none' | 'past' | 'tee' | 'last';

interface Common {
  key: string;
  level: 1 | 2 | 3;
  guides: readonly Guide[];
  /** null: it has no children. */
  isOpen: boolean | null;
  /** Counted from 1, among those beside it. */
  place: number;
  of: number;
}

/** A row of the tree. */
export type LayerRow =
  | (Common & { kind: 'base'; base: Base; layers: number; broken: LayerState | null })
  | (Common & { kind: 'layer'; layer: Layer });

/** What the rows are made of. */
export interface LayerTree {
  bases: Readonly<Record<string, Base>>;
  layers: Readonly<Record<string, Layer>>;
  filter: string;
  folded: readonly string[];
}

/** The key of a base's row. */
export function baseKey(id: string): string {
  return `base:${id}`;
}

/** The key of a layer's row. */
export function layerKey(id: string): string {
  return `layer:${id}`;
}

const collator = new Intl.Collator('en', { numeric: true });

/** By name, and the disks of one machine by their numbers. */
const byName = (a: Layer, b: Layer): number =>
  collator.compare(a.name, b.name) || (a.unit ?? 0) - (b.unit ?? 0) || collator.compare(a.id, b.id);
const newestFirst = (a: Layer, b: Layer): number => b.createdAt.localeCompare(a.createdAt) || byName(a, b);

/** A layer with the snapshots that stand under it. */
interface Node {
  layer: Layer;
  snapshots: Layer[];
}

/**
 * The rows in their order: bases, the layers on each, and under a machine's layer its snapshots. A snapshot whose
 * machine is gone, or stands on another base now, stands directly under its base. While a filter is set nothing that
 * matches is folded away.
 */
export function layerRows({ bases, layers, filter, folded }: LayerTree): LayerRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (text: string): boolean => words.every((word) => text.includes(word));
  const isFolded = (key: string): boolean => words.length === 0 && folded.includes(key);
  const groups = groupByBase(layers);
  const all = [...allBases(bases, groups)].sort((a, b) => collator.compare(a.name, b.name));
  const shown = all.flatMap((base) => {
    const nodes = nodesOf(groups.get(base.id) ?? []);
    const count = groups.get(base.id)?.length ?? 0;
    if (matches(wordsOfBase(base))) return { base, nodes, count };
    const found = nodes.flatMap(({ layer, snapshots }) => {
      const hits = snapshots.filter((snapshot) => matches(wordsOfLayer(snapshot)));
      if (matches(wordsOfLayer(layer))) return { layer, snapshots };
      return hits.length > 0 ? { layer, snapshots: hits } : [];
    });
    return found.length > 0 ? { base, nodes: found, count } : [];
  });
  return shown.flatMap(({ base, nodes, count }, place): LayerRow[] => {
    const key = baseKey(base.id);
    const head: LayerRow = {
      kind: 'base',
      key,
      base,
      level: 1,
      guides: [],
      isOpen: nodes.length === 0 ? null : !isFolded(key),
      place: place + 1,
      of: shown.length,
      layers: count,
      // Folded away or not, the trouble of its layers shows.
      broken: (groups.get(base.id) ?? []).find(({ state }) => isBaseTrouble(state))?.state ?? null,
    };
    return head.isOpen
      ? [head, ...nodes.flatMap((node, n) => nodeRows(node, n, nodes.length, isFolded))]
      : [head];
  });
}

function nodeRows(
  { layer, snapshots }: Node,
  place: number,
  of: number,
  isFolded: (key: string) => boolean,
): LayerRow[] {
  const key = layerKey(layer.id);
  const isLast = place === of - 1;
  const isOpen = snapshots.length === 0 ? null : !isFolded(key);
  const own: LayerRow = {
    kind: 'layer',
    key,
    layer,
    level: 2,
    guides: [isLast ? 'last' : 'tee'],
    isOpen,
    place: place + 1,
    of,
  };
  if (!isOpen) return [own];
  return [
    own,
    ...snapshots.map((snapshot, n): LayerRow => ({
      kind: 'layer',
      key: layerKey(snapshot.id),
      layer: snapshot,
      level: 3,
      guides: [isLast ? 'none' : 'past', n === snapshots.length - 1 ? 'last' : 'tee'],
      isOpen: null,
      place: n + 1,
      of: snapshots.length,
    })),
  ];
}

function groupByBase(layers: Readonly<Record<string, Layer>>): Map<string, Layer[]> {
  const groups = new Map<string, Layer[]>();
  for (const layer of Object.values(layers)) {
    const group = groups.get(layer.baseId);
    if (group) group.push(layer);
    else groups.set(layer.baseId, [layer]);
  }
  return groups;
}

function nodesOf(layers: readonly Layer[]): Node[] {
  const isSnapshot = ({ role }: Layer): boolean => role === 'snapshot';
  const placeOf = ({ vmId, unit }: Layer): string => `${vmId} ${unit}`;
  const machines = new Map(
    layers.filter(({ role }) => role === 'machine').map((layer) => [placeOf(layer), [] as Layer[]]),
  );
  const alone: Layer[] = [];
  for (const snapshot of layers.filter(isSnapshot).sort(newestFirst))
    (machines.get(placeOf(snapshot)) ?? alone).push(snapshot);
  const own = layers.filter((layer) => !isSnapshot(layer)).sort(byName);
  return [
    ...own.map((layer) => ({
      layer,
      snapshots: layer.role === 'machine' ? (machines.get(placeOf(layer)) ?? []) : [],
    })),
    ...alone.map((layer) => ({ layer, snapshots: [] })),
  ];
}

/** Every base there is, and for layers whose base the host hasn't told of yet one that is not there. */
function allBases(
  bases: Readonly<Record<string, Base>>,
  groups: ReadonlyMap<string, readonly Layer[]>,
): Base[] {
  const unknown = [...groups].flatMap(([id, [layer]]): Base[] =>
    bases[id] || !layer
      ? []
      : [
          {
            id,
            name: fileName(layer.basePath) || 'unknown base',
            path: layer.basePath,
            imageId: null,
            sizeBytes: layer.sizeBytes,
            onDiskBytes: 0,
            writtenAt: null,
            isReadOnly: false,
            contentHash: null,
            state: { kind: 'missing' },
          },
        ],
  );
  return [...Object.values(bases), ...unknown];
}

function wordsOfBase({ name, path, state }: Base): string {
  return `${name} ${path} ${state.kind === 'ok' ? '' : baseStateText(state).short}`.toLowerCase();
}

function wordsOfLayer({ name, note, vmName, role, state }: Layer): string {
  // Not its file: what Paddock calls those is no word of a person's.
  return `${name} ${note} ${vmName ?? ''} ${role} ${state.kind === 'ok' ? '' : layerStateText(state).short}`.toLowerCase();
}

/** True when a layer doesn't fit its base any more, so that the others on it hardly do. */
function isBaseTrouble({ kind }: LayerState): boolean {
  return kind === 'base-modified' || kind === 'base-resized';
}
