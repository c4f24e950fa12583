import { memo, type ReactNode } from 'react';
import { Handle, Position, type NodeProps, type NodeTypes, type Node } from '@xyflow/react';
import type { DiagramNode } from '@shared/networks/diagram.js';
import { classNames } from '../../../ui/class-names.js';
import { ComputerIcon, CpuIcon, GlobeIcon, PlugIcon, SwitchIcon } from '../../../ui/icons.js';
import { useStateIcon } from './state-icons.js';

/** A node as React Flow has it. */
export type CanvasNode = Node<{ node: DiagramNode; isHub: boolean }>;

/** One handle to draw from, and one as large as the node to draw to. */
function Handles() {
  return (
    <>
      <Handle type="target" position={Position.Top} className="dropzone" isConnectableStart={false} />
      <Handle type="source" position={Position.Bottom} className="grip" />
    </>
  );
}

function Card({ isOn, icon, name, state, sub }: CardProps) {
  return (
    <div className={classNames('cnode', isOn && 'on')}>
      {icon}
      <b className="med ell">{name}</b>
      {state}
      <span className="sub ell">{sub}</span>
      <Handles />
    </div>
  );
}

interface CardProps {
  isOn: boolean;
  icon: ReactNode;
  name: string;
  state?: ReactNode;
  sub: string;
}

const MachineNode = memo(function MachineNode({ data: { node, isHub }, selected }: NodeProps<CanvasNode>) {
  const stateIcon = useStateIcon();
  if (node.kind !== 'machine') return null;
  return (
    <Card
      isOn={selected}
      icon={isHub ? <CpuIcon /> : <ComputerIcon />}
      name={node.name}
      state={stateIcon(node.state)}
      sub={node.sub}
    />
  );
}, sameNode);

const NetworkNode = memo(function NetworkNode({ data: { node }, selected }: NodeProps<CanvasNode>) {
  if (node.kind !== 'network') return null;
  return (
    <div className={classNames('cnode hub', selected && 'on')}>
      {node.shape === 'switch' ? <SwitchIcon /> : <PlugIcon />}
      <b className="med ell">{node.name}</b>
      <Handles />
    </div>
  );
}, sameNode);

const OutsideNode = memo(function OutsideNode({ data: { node }, selected }: NodeProps<CanvasNode>) {
  if (node.kind !== 'internet' && node.kind !== 'outside') return null;
  const icon = node.kind === 'internet' ? <GlobeIcon /> : <PlugIcon />;
  return <Card isOn={selected} icon={icon} name={node.name} sub={node.sub} />;
}, sameNode);

/** What draws each kind of node. */
export const nodeTypes: NodeTypes = {
  machine: MachineNode,
  network: NetworkNode,
  internet: OutsideNode,
  outside: OutsideNode,
};

/** Told of every change of the host's state: drawn again is what looks different. */
function sameNode(before: NodeProps<CanvasNode>, after: NodeProps<CanvasNode>): boolean {
  return (
    before.selected === after.selected &&
    before.data.isHub === after.data.isHub &&
    sameShape(before.data.node, after.data.node)
  );
}

/** True when two nodes are drawn alike. */
function sameShape(a: DiagramNode, b: DiagramNode): boolean {
  if (a === b) return true;
  const other = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).every(([key, value]) => other.get(key) === value);
}
