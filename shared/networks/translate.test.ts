import { expect, test } from 'vitest';
import type { Link, Nic } from './nic.js';
import { translateNics } from './translate.js';
import { transports, type TransportName } from './transports/index.js';

const old = {
  version: '6.1.176',
  transports: ['tap', 'l2tpv3', 'tuntap', 'legacy-vde', 'ucast'] as TransportName[],
};
const fresh = { version: '7.2.7', transports: ['tap', 'l2tpv3', 'gre', 'vector-vde'] as TransportName[] };
const nic = (link: Link): Nic => ({ unit: 1, mac: '02:50:44:00:00:01', link });
const by = (transport: TransportName, options: Record<string, string>): Link => ({
  kind: 'transport',
  transport,
  options,
});
const one = (link: Link, to = fresh) => translateNics([nic(link)], old, to, {})[0];

test.each<[Link, Link]>([
  [by('tuntap', { ifname: 'tap0' }), by('tap', { ifname: 'tap0' })],
  [by('legacy-vde', { vnl: '/run/s' }), by('vector-vde', { vnl: 'vde:///run/s' })],
  [by('legacy-vde', { vnl: 'slirp://' }), by('vector-vde', { vnl: 'slirp://' })],
])('what an older transport was told is told to the newer one: %j', (before, after) => {
  const found = one(before);
  expect(found).toMatchObject({ link: after, ok: true });
  expect(found?.text).toContain('calls the card vec1, no longer eth1');
  if (after.kind === 'transport')
    expect(transports[after.transport].options.safeParse(after.options).success).toBe(true);
});

test('both ends of a ucast wire become the two ends of one tunnel', () => {
  const options = (listen: string, remote: string): Record<string, string> => {
    const found = one(by('ucast', { address: '127.0.0.1', listen, remote }));
    return found?.link.kind === 'transport' ? found.link.options : {};
  };
  const [a, b] = [options('2201', '2202'), options('2202', '2201')];
  expect(a).toMatchObject({ src: '127.0.0.1', srcport: b['dstport'], rx_session: b['tx_session'] });
  expect(b).toMatchObject({ dst: '127.0.0.1', srcport: a['dstport'], rx_session: a['tx_session'] });
});

test.each(['daemon', 'mcast', 'slirp'] as const)('%s has nothing like it, which is said', (transport) => {
  const link = by(transport, {});
  expect(one(link)).toMatchObject({ ok: false, link, text: expect.stringContaining('Kernel 7.2.7 has no') });
});

test('what the kernel has stays as it is, and one that says nothing is believed to have all', () => {
  const link = by('tap', { ifname: 'tap0', mtu: '9000' });
  expect(one(link)).toEqual({ unit: 1, link, ok: true, text: null });
  const legacy = by('tuntap', { ifname: 'tap0' });
  expect(translateNics([nic(legacy)], old, { version: '?', transports: null }, {})[0]).toMatchObject({
    text: null,
  });
});

test('back to a kernel without it: said', () => {
  expect(
    translateNics([nic(by('gre', { src: '1.2.3.4', dst: '1.2.3.5' }))], fresh, old, {})[0],
  ).toMatchObject({
    ok: false,
    text: expect.stringContaining('no older transport'),
  });
});

test('a card that leads to the internet keeps its link and gets another name', () => {
  const link: Link = { kind: 'internet', reachesHost: false, forwards: [] };
  expect(one(link)).toEqual({ unit: 1, link, ok: true, text: 'The guest calls it vec1, no longer eth1.' });
  expect(translateNics([nic(link)], fresh, old, {})[0]?.text).toBe(
    'The guest calls it eth1, no longer vec1.',
  );
});

test.each([
  { kind: 'switch', wantedCarrier: 'vde', carrier: null, text: 'The guest calls it vec1, no longer eth1.' },
  { kind: 'switch', wantedCarrier: null, carrier: 'vde', text: 'The guest calls it vec1, no longer eth1.' },
  { kind: 'switch', wantedCarrier: null, carrier: 'namespace', text: null },
  { kind: 'switch', wantedCarrier: null, carrier: null, text: null },
  { kind: 'cable', wantedCarrier: null, carrier: null, text: null },
] as const)('so does one on a network, as that is carried: $kind $wantedCarrier $carrier', (how) => {
  const { text, ...network } = how;
  const link: Link = { kind: 'network', networkId: 'aaaaaaaa', forwards: [] };
  expect(translateNics([nic(link)], old, fresh, { aaaaaaaa: network })).toEqual([
    { unit: 1, link, ok: true, text },
  ]);
});

test('a cable and a tap by the older transports are called otherwise, too', () => {
  const older = { version: '5.1', transports: ['tuntap', 'ucast'] as TransportName[] };
  const cable: Link = { kind: 'network', networkId: 'aaaaaaaa', forwards: [] };
  const networks = { aaaaaaaa: { kind: 'cable', wantedCarrier: null, carrier: null } } as const;
  for (const link of [cable, { kind: 'tap', ifname: 'tap0' } as const])
    expect(translateNics([nic(link)], older, fresh, networks)[0]).toMatchObject({
      text: 'The guest calls it vec1, no longer eth1.',
    });
});
