import { describe, expect, it } from 'vitest';
import { diagramOf, type DiagramMachine } from './diagram.js';
import type { NetworkView } from './network.js';
import type { Link } from './nic.js';

const vm = (id: string, ...links: Link[]): DiagramMachine => ({
  id,
  name: id,
  state: 'running',
  nics: links.map((link, unit) => ({ unit, mac: `52:54:00:00:00:0${unit}`, link })),
});

function network(
  id: string,
  kind: 'switch' | 'cable',
  ends: [string, number][],
  more: object = {},
): NetworkView {
  return {
    id,
    name: id,
    note: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    kind,
    internet: false,
    reachesHost: false,
    subnet: null,
    gateway: null,
    hostAddress: null,
    wantedCarrier: null,
    carrier: null,
    state: 'on',
    problem: null,
    helpers: [],
    ends: ends.map(([vmId, unit]) => ({
      vmId,
      unit,
      mac: '52:54:00:00:00:00',
      address: '10.0.0.9',
      transport: 'tap',
      device: `vec${unit}`,
    })),
    ...more,
  } as unknown as NetworkView;
}
const to = (networkId: string): Link => ({ kind: 'network', networkId, forwards: [] });

describe('diagramOf', () => {
  it('draws a cable with two machines as one wire, and one that lies about as a thing of its own', () => {
    const { nodes, links } = diagramOf(
      [vm('a', to('wire0000')), vm('b', to('wire0000'), to('loose000'))],
      [
        network('wire0000', 'cable', [
          ['a', 0],
          ['b', 0],
        ]),
        network('loose000', 'cable', [['b', 1]]),
      ],
    );
    expect(nodes.map(({ id }) => id)).toEqual(['net:loose000', 'vm:a', 'vm:b']);
    expect(links.map(({ id, from, to: end, isUp }) => ({ id, from, end, isUp }))).toEqual([
      { id: 'card:b:1', from: 'vm:b', end: 'net:loose000', isUp: true },
      { id: 'cable:wire0000', from: 'vm:a', end: 'vm:b', isUp: true },
    ]);
  });

  it('a cable with both ends at one machine is a thing of its own, so that it can be seen', () => {
    const { links } = diagramOf(
      [vm('a', to('wire0000'), to('wire0000'))],
      [
        network('wire0000', 'cable', [
          ['a', 0],
          ['a', 1],
        ]),
      ],
    );
    expect(links.map(({ id }) => id)).toEqual(['card:a:0', 'card:a:1']);
  });

  it('has the internet once, for switches with it and for machines alone', () => {
    const lone: Link = { kind: 'internet', reachesHost: false, forwards: [] };
    const { nodes, links } = diagramOf(
      [vm('a', lone), vm('b', to('lab00000'))],
      [network('lab00000', 'switch', [['b', 0]], { internet: true })],
    );
    expect(nodes.filter(({ kind }) => kind === 'internet')).toHaveLength(1);
    expect(links.map(({ id }) => id)).toEqual(['card:a:0', 'card:b:0', 'out:lab00000']);
    expect(links.find(({ id }) => id === 'card:b:0')?.plugs).toEqual([{ vmId: 'b', unit: 0, label: 'vec0' }]);
  });

  it('a wire is down while its machine is, or what it leads to', () => {
    const off = { ...vm('a', to('lab00000')), state: 'stopped' as const };
    const lab = network('lab00000', 'switch', [['a', 0]]);
    expect(diagramOf([off], [lab]).links[0]?.isUp).toBe(false);
    expect(diagramOf([vm('a', to('lab00000'))], [{ ...lab, state: 'off' }]).links[0]?.isUp).toBe(false);
    expect(diagramOf([vm('a', to('lab00000'))], [lab]).links[0]?.isUp).toBe(true);
  });

  it('says what stands outside: a tap of this computer once, a transport for each card', () => {
    const tap: Link = { kind: 'tap', ifname: 'tap0' };
    const far: Link = { kind: 'transport', transport: 'gre', options: { src: '10.0.0.1', dst: '10.0.0.2' } };
    const { nodes } = diagramOf([vm('a', tap, far), vm('b', tap)], []);
    expect(nodes.filter(({ kind }) => kind === 'outside')).toEqual([
      { kind: 'outside', id: 'if:tap0', name: 'tap0', sub: 'this computer' },
      { kind: 'outside', id: 'far:a:1', name: expect.any(String), sub: '10.0.0.2' },
    ]);
  });

  it('says on the wire what a link is made worse by', () => {
    const lab = network('lab00000', 'switch', [['a', 0]]);
    const impairment = { delayMs: 20, jitterMs: 0, lossPercent: 0, rateBits: null };
    const worse = { ...lab, ends: lab.ends.map((end) => ({ ...end, impairment })) };
    expect(diagramOf([vm('a', to('lab00000'))], [worse]).links[0]?.note).toBe('20 ms');
    expect(diagramOf([vm('a', to('lab00000'))], [lab]).links[0]?.note).toBe('');
  });

  it('shows the addresses that a running guest says it has, else those that it was given', () => {
    const lab = network('lab00000', 'switch', [['a', 0]]);
    const guest = { ...vm('a', to('lab00000')), guestTools: { addresses: ['192.168.7.1', 'fe80::1'] } };
    const sub = (machine: DiagramMachine): unknown => diagramOf([machine], [lab]).nodes.at(-1);
    expect(sub(guest)).toMatchObject({ sub: '192.168.7.1' });
    expect(sub({ ...guest, state: 'stopped' })).toMatchObject({ sub: '10.0.0.9' });
    expect(sub({ ...guest, guestTools: { addresses: [] } })).toMatchObject({ sub: '10.0.0.9' });
  });

  it('says what is unplugged, and leaves out what leads to a network that is gone', () => {
    const { nodes, links } = diagramOf([vm('a', { kind: 'none' }, to('gone0000'))], []);
    expect(nodes).toMatchObject([{ sub: '1 unplugged' }]);
    expect(links).toEqual([]);
  });
});
