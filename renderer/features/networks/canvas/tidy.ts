import { Graph, layout } from '@dagrejs/dagre';
import { neighboursOf, type Diagram, type DiagramLink, type DiagramNode } from '@shared/networks/diagram.js';
import { nodeSizes, type Position, type Positions } from './positions.js';

const GAP = { x: 40, y: 64 };
/** A network with more machines of no other link than these has them in a block below it, not in one long row. */
const ROW_MAX = 6;
const LOOSE_COLUMNS = 8;

/** A node and the leaves that stand under it as a block. */
interface Block {
  columns: number;
  leaves: DiagramNode[];
}

/**
 * Places for all nodes: the internet on top, what is nearer to it above what is farther, machines on one network side by
 * side; what has no link stands in rows below. The same diagram has the same places.
 */
export function tidy({ nodes, links }: Diagram): Positions {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const degree = new Map<string, number>();
  for (const { from, to } of links) for (const id of [from, to]) degree.set(id, (degree.get(id) ?? 0) + 1);
  const linked = nodes.filter(({ id }) => degree.has(id));
  const blocks = blocksOf(links, byId, degree);
  const inBlock = new Set([...blocks.values()].flatMap(({ leaves }) => leaves.map(({ id }) => id)));

  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: GAP.x, ranksep: GAP.y, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of linked) if (!inBlock.has(node.id)) graph.setNode(node.id, { ...nodeSizes[node.kind] });
  for (const [id, block] of blocks) {
    graph.setNode(`block:${id}`, blockSize(block));
    graph.setEdge(id, `block:${id}`);
  }
  const depth = depthsOf(linked, links, degree);
  for (const { id, from, to } of links) {
    const [a, b] = [depth.get(from) ?? 0, depth.get(to) ?? 0];
    // Between two that are equally far nothing decides who is above: they stay side by side.
    if (inBlock.has(from) || inBlock.has(to) || a === b) continue;
    graph.setEdge(a < b ? from : to, a < b ? to : from, {}, id);
  }
  if (graph.nodeCount() > 0) layout(graph);

  const places: Record<string, Position> = {};
  let bottom = 0;
  for (const id of graph.nodes()) {
    const { x, y, width, height } = graph.node(id) as Position & { width: number; height: number };
    const corner = { x: Math.round(x - width / 2), y: Math.round(y - height / 2) };
    bottom = Math.max(bottom, corner.y + height);
    const block = id.startsWith('block:') ? blocks.get(id.slice('block:'.length)) : undefined;
    if (block) Object.assign(places, placeBlock(block, corner));
    else places[id] = corner;
  }
  const loose = nodes.filter(({ id }) => !degree.has(id));
  const top = graph.nodeCount() > 0 ? bottom + GAP.y : 0;
  Object.assign(places, placeBlock({ leaves: loose, columns: LOOSE_COLUMNS }, { x: 0, y: top }));
  return places;
}

/** Places for nodes that have none yet: where tidying puts them, moved below everything that was placed by hand. */
export function withPlaces(diagram: Diagram, placed: Positions): Positions {
  const fresh = diagram.nodes.filter(({ id }) => placed[id] === undefined);
  if (fresh.length === 0) return placed;
  const tidied = tidy(diagram);
  if (fresh.length === diagram.nodes.length) return tidied;
  const corners = diagram.nodes.flatMap(({ id, kind }) => {
    const at = placed[id];
    return at ? [{ ...at, bottom: at.y + nodeSizes[kind].height }] : [];
  });
  const left = Math.min(...corners.map(({ x }) => x));
  const bottom = Math.max(...corners.map((corner) => corner.bottom));
  // A node with placed neighbours goes under them, so that its wire is short.
  const out: Record<string, Position> = { ...placed };
  let column = 0;
  for (const node of fresh) {
    const beside = neighbour(diagram, node.id, out);
    const at = beside
      ? freeBelow(beside, node, diagram, out)
      : { x: left + column++ * (nodeSizes.machine.width + GAP.x), y: bottom + GAP.y };
    out[node.id] = at;
  }
  return out;
}

function neighbour(diagram: Diagram, id: string, places: Positions): Position | null {
  for (const { from, to } of diagram.links) {
    const other = from === id ? to : to === id ? from : null;
    const at = other === null ? undefined : places[other];
    if (at) return at;
  }
  return null;
}

function freeBelow(beside: Position, node: DiagramNode, { nodes }: Diagram, places: Positions): Position {
  const { width, height } = nodeSizes[node.kind];
  const isFree = (at: Position): boolean =>
    nodes.every(({ id, kind }) => {
      const other = places[id];
      if (!other) return true;
      const size = nodeSizes[kind];
      return (
        at.x + width + GAP.x / 2 <= other.x ||
        other.x + size.width + GAP.x / 2 <= at.x ||
        at.y + height + GAP.x / 2 <= other.y ||
        other.y + size.height + GAP.x / 2 <= at.y
      );
    });
  for (let row = 1; row < 50; row += 1)
    for (const column of [0, 1, -1, 2, -2, 3, -3]) {
      const at = {
        x: beside.x + column * (nodeSizes.machine.width + GAP.x),
        y: beside.y + row * (nodeSizes.machine.height + GAP.y),
      };
      if (isFree(at)) return at;
    }
  return beside;
}

function blocksOf(
  links: readonly DiagramLink[],
  byId: ReadonlyMap<string, DiagramNode>,
  degree: ReadonlyMap<string, number>,
): Map<string, Block> {
  const leavesOf = new Map<string, DiagramNode[]>();
  for (const { from, to } of links) {
    const leaf = byId.get(from);
    if (leaf?.kind === 'machine' && degree.get(from) === 1 && byId.get(to)?.kind !== 'machine')
      leavesOf.set(to, [...(leavesOf.get(to) ?? []), leaf]);
  }
  return new Map(
    [...leavesOf]
      .filter(([, leaves]) => leaves.length > ROW_MAX)
      .map(([id, leaves]) => [id, { leaves, columns: Math.ceil(Math.sqrt(leaves.length)) }]),
  );
}

function blockSize({ leaves, columns }: Block): { width: number; height: number } {
  const { width, height } = nodeSizes.machine;
  const rows = Math.ceil(leaves.length / columns);
  return {
    width: columns * (width + GAP.x / 2) - GAP.x / 2,
    height: rows * (height + GAP.x / 2) - GAP.x / 2,
  };
}

function placeBlock({ leaves, columns }: Block, corner: Position): Record<string, Position> {
  const { width, height } = nodeSizes.machine;
  return Object.fromEntries(
    leaves.map(({ id }, index) => [
      id,
      {
        x: corner.x + (index % columns) * (width + GAP.x / 2),
        y: corner.y + Math.floor(index / columns) * (height + GAP.x / 2),
      },
    ]),
  );
}

/** How many wires each is away from the top of its part: the internet, else what is outside, else the best connected. */
function depthsOf(
  nodes: readonly DiagramNode[],
  links: readonly DiagramLink[],
  degree: ReadonlyMap<string, number>,
): Map<string, number> {
  const beside = neighboursOf(links);
  const weight = ({ id, kind }: DiagramNode): number => tops[kind] * 1e6 + (degree.get(id) ?? 0);
  const depths = new Map<string, number>();
  for (const { id: top } of nodes.toSorted((a, b) => weight(b) - weight(a))) {
    if (depths.has(top)) continue;
    depths.set(top, 0);
    const queue = [top];
    for (const id of queue)
      for (const next of beside.get(id) ?? []) {
        if (depths.has(next)) continue;
        depths.set(next, (depths.get(id) ?? 0) + 1);
        queue.push(next);
      }
  }
  return depths;
}

const tops: Readonly<Record<DiagramNode['kind'], number>> = {
  internet: 3,
  outside: 2,
  network: 1,
  machine: 0,
};
