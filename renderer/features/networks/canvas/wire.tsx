import { memo } from 'react';
import { BaseEdge, useInternalNode, type Edge, type EdgeProps, type EdgeTypes } from '@xyflow/react';
import type { DiagramLink, DiagramPlug } from '@shared/networks/diagram.js';
import { classNames } from '../../../ui/class-names.js';
import { useCardRate } from '../../../stores/figures-store.js';
import { rateText } from '../link-words.js';
import { wirePath, type Box } from './wire-path.js';

/** A wire as React Flow has it. */
export type CanvasWire = Edge<{ link: DiagramLink }>;

const none: DiagramPlug = { vmId: '', unit: 0, label: '' };

const Wire = memo(function Wire({ source, target, data, selected }: EdgeProps<CanvasWire>) {
  const from = useInternalNode(source);
  const to = useInternalNode(target);
  const [plug = none, far] = data?.link.plugs ?? [];
  const rate = useCardRate(plug.vmId, plug.unit);
  if (!from || !to || !data) return null;
  const boxOf = (node: typeof from): Box => ({
    x: node.internals.positionAbsolute.x,
    y: node.internals.positionAbsolute.y,
    width: node.measured.width ?? 0,
    height: node.measured.height ?? 0,
  });
  const { path, near, middle, end } = wirePath(boxOf(from), boxOf(to));
  const { link } = data;
  const traffic = link.isUp && rate !== null && rate > 0 ? rateText(rate) : '';
  return (
    <>
      <BaseEdge
        path={path}
        interactionWidth={14}
        className={classNames('wire', !link.isUp && 'down', selected && 'on')}
      />
      {plug.label !== '' && <WireText at={near} text={plug.label} />}
      {far && <WireText at={end} text={far.label} />}
      {(link.note !== '' || traffic !== '') && (
        <WireText at={middle} text={[link.note, traffic].filter(Boolean).join('  ')} />
      )}
    </>
  );
});

function WireText({ at: [x, y], text }: { at: readonly [number, number]; text: string }) {
  return (
    <text className="wiretext" x={x} y={y} textAnchor="middle" dominantBaseline="central">
      {text}
    </text>
  );
}

/** What draws wires. */
export const edgeTypes: EdgeTypes = { wire: Wire };
