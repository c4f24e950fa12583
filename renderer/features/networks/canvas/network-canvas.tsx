import { useCallback, useEffect, useMemo, useState } from 'react';
import {
  Background,
  ReactFlow,
  ReactFlowProvider,
  type Connection as Drawn,
  type EdgeChange,
  type NodeChange,
} from '@xyflow/react';
import { neighboursOf, type Diagram } from '@shared/networks/diagram.js';
import { edgeTypes, type CanvasWire } from './wire.js';
import { nodeTypes, type CanvasNode } from './canvas-nodes.js';
import { CanvasZoom } from './canvas-zoom.js';
import { connection, relead, type Connection } from './diagram-deeds.js';
import { nodeSizes, type Positions } from './positions.js';
import { move, settle, usePositions } from './position-store.js';
import { withPlaces } from './tidy.js';
import '@xyflow/react/dist/base.css';
import './canvas.css';

/** What the canvas takes. */
interface NetworkCanvasProps {
  diagram: Diagram;
  /** The id of the node or link that is selected. */
  selectedId: string | null;
  onSelect: (id: string | null) => void;
  /** A node was asked for: a double click, or Enter on it. */
  onOpen: (nodeId: string) => void;
  /** A wire was drawn, or led elsewhere. */
  onConnect: (connection: Connection) => void;
}

/** Machines, networks and their wires, to look at and to draw. */
export function NetworkCanvas(props: NetworkCanvasProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ diagram, selectedId, onSelect, onOpen, onConnect }: NetworkCanvasProps) {
  const positions = usePositions();
  const [isDrawing, setDrawing] = useState(false);
  /** Until a person moves about, everything is in sight. */
  const [isFitting, setFitting] = useState(true);
  /** Where things are that are being dragged; kept where they are dropped. */
  const [dragged, setDragged] = useState<Positions>(nowhere);

  useEffect(() => {
    settle(withPlaces(diagram, positions));
  }, [diagram, positions]);

  const placed = useMemo(() => nodesOf(diagram, positions, selectedId), [diagram, positions, selectedId]);
  const nodes = useMemo(() => {
    if (dragged === nowhere) return placed;
    return placed.map((node) => {
      const position = dragged[node.id];
      return position ? { ...node, position, dragging: true } : node;
    });
  }, [placed, dragged]);

  const edges = useMemo(
    () =>
      diagram.links.map((link): CanvasWire => ({
        id: link.id,
        type: 'wire',
        source: link.from,
        target: link.to,
        selected: link.id === selectedId,
        reconnectable: link.plugs.length === 1 ? 'target' : false,
        data: { link },
      })),
    [diagram, selectedId],
  );

  const nodeById = useMemo(() => new Map(diagram.nodes.map((node) => [node.id, node])), [diagram]);
  const changed = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      for (const change of changes) if (change.type === 'select' && change.selected) onSelect(change.id);
      const moves = changes.flatMap((change) =>
        change.type === 'position' && change.dragging && change.position
          ? [[change.id, change.position] as const]
          : [],
      );
      if (moves.length > 0) setDragged((before) => ({ ...before, ...Object.fromEntries(moves) }));
    },
    [onSelect],
  );
  const edgesChanged = useCallback(
    (changes: EdgeChange<CanvasWire>[]) => {
      for (const change of changes) if (change.type === 'select' && change.selected) onSelect(change.id);
    },
    [onSelect],
  );
  const dropped = useCallback(
    (_event: unknown, node: CanvasNode, all: CanvasNode[]) => {
      const moved = Object.fromEntries(all.map(({ id, position }) => [id, position]));
      setDragged(nowhere);
      const at = positions[node.id];
      if (at && at.x === node.position.x && at.y === node.position.y) return;
      move(`Move ${all.length === 1 ? node.data.node.name : `${all.length} things`}`, moved);
    },
    [positions],
  );
  const drawn = ({ source, target }: Pick<Drawn, 'source' | 'target'>): void => {
    const [from, to] = [nodeById.get(source), nodeById.get(target)];
    if (from && to) onConnect(connection(from, to));
  };

  return (
    <div className={isDrawing ? 'canvas drawing' : 'canvas'}>
      <ReactFlow<CanvasNode, CanvasWire>
        aria-label="Networks"
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={changed}
        onEdgesChange={edgesChanged}
        onNodeDragStop={dropped}
        onSelectionDragStop={(event, all) => all[0] && dropped(event, all[0], all)}
        onMoveStart={(event) => event && setFitting(false)}
        onPaneClick={() => onSelect(null)}
        onNodeDoubleClick={(_event, { id }) => onOpen(id)}
        onConnectStart={() => setDrawing(true)}
        onConnectEnd={() => setDrawing(false)}
        onReconnectStart={() => setDrawing(true)}
        onReconnectEnd={() => setDrawing(false)}
        onConnect={drawn}
        onReconnect={(edge, { target }) => {
          const to = nodeById.get(target);
          if (edge.data && to && target !== edge.target) onConnect(relead(edge.data.link, to));
        }}
        isValidConnection={({ source, target }) => source !== target}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        minZoom={0.05}
        maxZoom={2}
        onlyRenderVisibleElements
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={20} size={1} />
        <CanvasZoom isFitting={isFitting} onFit={() => setFitting(true)} />
      </ReactFlow>
    </div>
  );
}

const nowhere: Positions = {};

/** Nodes for React Flow. Their sizes are known, so that nothing is measured, and wires to what is out of sight are right. */
function nodesOf({ nodes, links }: Diagram, positions: Positions, selectedId: string | null): CanvasNode[] {
  const neighbours = neighboursOf(links);
  return nodes.flatMap((node): CanvasNode[] => {
    const position = positions[node.id];
    if (!position) return [];
    const size = nodeSizes[node.kind];
    return [
      {
        id: node.id,
        type: node.kind,
        position,
        ...size,
        measured: size,
        selected: node.id === selectedId,
        ariaLabel: `${words[node.kind]} ${node.name}`,
        data: { node, isHub: (neighbours.get(node.id)?.size ?? 0) > 1 },
      },
    ];
  });
}

const words = { machine: 'Machine', network: 'Network', internet: 'The', outside: 'Outside' } as const;
