import type { VmState } from '../vms/vm-state.js';
import { impairmentText } from './impairment.js';
import type { NetworkEnd, NetworkView } from './network.js';
import type { Nic } from './nic.js';
import { transports, type TransportName } from './transports/index.js';

/** A machine, as far as a diagram knows it. */
export interface DiagramMachine {
  id: string;
  name: string;
  state: VmState;
  nics: readonly Nic[];
  /** What its guest says of itself, when it runs and has the tools for it. */
  guestTools?: { addresses: readonly string[] } | null;
}

/** A thing on the diagram; its id begins with what it is. */
export type DiagramNode =
  | { kind: 'machine'; id: string; vmId: string; name: string; state: VmState; sub: string }
  | {
      kind: 'network';
      id: string;
      networkId: string;
      name: string;
      shape: NetworkView['kind'];
      isOn: boolean;
    }
  | { kind: 'internet'; id: 'internet'; name: string; sub: string }
  /** An interface of this computer, or the far end of a transport. */
  | { kind: 'outside'; id: string; name: string; sub: string };

/** One end of a link at a machine. */
export interface DiagramPlug {
  vmId: string;
  unit: number;
  /** What is written on the wire: vec0, or its number while it is off. */
  label: string;
}

/** A wire. A cable has a plug at both ends, a card's link at its first end, a way out none. */
export interface DiagramLink {
  id: string;
  from: string;
  to: string;
  plugs: readonly DiagramPlug[];
  networkId: string | null;
  /** What it is made worse by; '' for most. */
  note: string;
  /** Frames can pass: all its machines run, and what carries them is on. */
  isUp: boolean;
}

/** Machines, networks and what is outside, and the wires between them. */
export interface Diagram {
  nodes: DiagramNode[];
  links: DiagramLink[];
}

export const machineNodeId = (vmId: string): string => `vm:${vmId}`;
export const networkNodeId = (networkId: string): string => `net:${networkId}`;
export const INTERNET_NODE = 'internet';

/** What is drawn of these machines and networks. */
export function diagramOf(machines: readonly DiagramMachine[], networks: readonly NetworkView[]): Diagram {
  const cables = new Map<string, NetworkView>(
    networks.flatMap((network) => {
      const [one, other] = network.ends;
      // With both ends at two machines it is a wire; else it lies about, for somebody to plug in.
      const isWire = network.kind === 'cable' && network.ends.length === 2 && one?.vmId !== other?.vmId;
      return isWire ? [[network.id, network] as const] : [];
    }),
  );
  const boxes = networks.filter(({ id }) => !cables.has(id));
  const byId = new Map<string, NetworkView>(networks.map((network) => [network.id, network]));
  const outside = new Map<string, DiagramNode>();
  const links: DiagramLink[] = [];
  for (const machine of machines)
    for (const nic of machine.nics) {
      const link = cardLink(machine, nic, byId, cables, outside);
      if (link) links.push(link);
    }
  for (const { id, ends, state } of cables.values()) links.push(cableLink(id, ends, state, machines));
  for (const { id, kind, internet, state } of boxes)
    if (kind === 'switch' && internet)
      links.push({
        id: `out:${id}`,
        from: networkNodeId(id),
        to: INTERNET_NODE,
        plugs: [],
        networkId: id,
        note: '',
        isUp: state === 'on',
      });
  const hasInternet = links.some(({ to }) => to === INTERNET_NODE);
  return {
    nodes: [
      ...(hasInternet
        ? [
            {
              kind: 'internet',
              id: INTERNET_NODE,
              name: 'Internet',
              sub: 'by way of this computer',
            } as const,
          ]
        : []),
      ...outside.values(),
      ...boxes.map(({ id, name, kind, state }): DiagramNode => ({
        kind: 'network',
        id: networkNodeId(id),
        networkId: id,
        name,
        shape: kind,
        isOn: state === 'on',
      })),
      ...machines.map((machine) => machineNode(machine, networks)),
    ],
    links,
  };
}

function machineNode(
  { id, name, state, nics, guestTools }: DiagramMachine,
  networks: readonly NetworkView[],
): DiagramNode {
  const given = networks.flatMap(({ ends }) =>
    ends.flatMap(({ vmId, address }) => (vmId === id && address !== null ? [address] : [])),
  );
  // The guest knows best; what it has by IPv6 has no room on a card.
  const told = guestTools?.addresses.filter((address) => !address.includes(':')) ?? [];
  const addresses = isRunning(state) && told.length > 0 ? told : given;
  const unplugged = nics.filter(({ link }) => link.kind === 'none').length;
  const said = [...addresses, ...(unplugged > 0 ? [`${unplugged} unplugged`] : [])];
  return {
    kind: 'machine',
    id: machineNodeId(id),
    vmId: id,
    name,
    state,
    sub:
      said.length > 0 ? said.join(', ') : nics.length === 0 ? 'no card' : state === 'defined' ? 'off' : state,
  };
}

function cardLink(
  { id: vmId, state }: DiagramMachine,
  { unit, link }: Nic,
  networks: ReadonlyMap<string, NetworkView>,
  cables: ReadonlyMap<string, NetworkView>,
  outside: Map<string, DiagramNode>,
): DiagramLink | null {
  const wire = (to: string, isUp: boolean, network?: NetworkView, end?: NetworkEnd): DiagramLink => ({
    id: `card:${vmId}:${unit}`,
    from: machineNodeId(vmId),
    to,
    plugs: [{ vmId, unit, label: end?.device ?? String(unit) }],
    networkId: network?.id ?? null,
    note: noteOf(end),
    isUp,
  });
  const runs = isRunning(state);
  switch (link.kind) {
    case 'none':
      return null;
    case 'internet':
      return wire(INTERNET_NODE, runs);
    case 'network': {
      if (cables.has(link.networkId)) return null;
      const network = networks.get(link.networkId);
      if (!network) return null;
      const end = network.ends.find((one) => one.vmId === vmId && one.unit === unit);
      const isUp = runs && network.state === 'on' && end?.device != null;
      return wire(networkNodeId(network.id), isUp, network, end);
    }
    case 'tap':
      return wire(place(outside, `if:${link.ifname}`, link.ifname, 'this computer'), runs);
    case 'transport':
      return wire(
        place(outside, `far:${vmId}:${unit}`, transports[link.transport].title, farEnd(link)),
        runs,
      );
  }
}

function cableLink(
  id: string,
  ends: NetworkView['ends'],
  state: NetworkView['state'],
  machines: readonly DiagramMachine[],
): DiagramLink {
  const [one, other] = ends as [NetworkEnd, NetworkEnd];
  const plug = ({ vmId, unit, device }: NetworkEnd): DiagramPlug => ({
    vmId,
    unit,
    label: device ?? String(unit),
  });
  const run = ends.every(({ vmId, device }) => {
    const machine = machines.find((candidate) => candidate.id === vmId);
    return device !== null && machine !== undefined && isRunning(machine.state);
  });
  return {
    id: `cable:${id}`,
    from: machineNodeId(one.vmId),
    to: machineNodeId(other.vmId),
    plugs: [plug(one), plug(other)],
    networkId: id,
    // Both ends of a cable are one link.
    note: noteOf(one),
    isUp: run && state === 'on',
  };
}

const noteOf = (end: NetworkEnd | undefined): string =>
  end?.impairment ? impairmentText(end.impairment) : '';

function place(outside: Map<string, DiagramNode>, id: string, name: string, sub: string): string {
  outside.set(id, { kind: 'outside', id, name, sub });
  return id;
}

/** What of a transport's options says where it goes. */
function farEnd({
  options,
}: {
  transport: TransportName;
  options: Readonly<Record<string, string>>;
}): string {
  return options['dst'] ?? options['ifname'] ?? options['vnl'] ?? options['group'] ?? options['remote'] ?? '';
}

const isRunning = (state: VmState): boolean => state === 'running' || state === 'paused';

/** Which nodes each is wired to. */
export function neighboursOf(links: readonly Pick<DiagramLink, 'from' | 'to'>[]): Map<string, Set<string>> {
  const neighbours = new Map<string, Set<string>>();
  const note = (id: string, other: string): void => {
    neighbours.set(id, (neighbours.get(id) ?? new Set()).add(other));
  };
  for (const { from, to } of links) {
    note(from, to);
    note(to, from);
  }
  return neighbours;
}
