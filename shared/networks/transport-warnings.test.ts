import { expect, test } from 'vitest';
import type { Link } from './nic.js';
import { transportWarnings } from './transport-warnings.js';
import type { TransportName } from './transports/index.js';

const by = (transport: TransportName, options: Record<string, string>): Link => ({
  kind: 'transport',
  transport,
  options,
});

test.each<[Link, RegExp[]]>([
  [by('tap', { ifname: 't' }), []],
  [by('tap', { ifname: 't', gro: '1' }), []],
  [by('tap', { ifname: 't', gro: '0' }), [/standstill/]],
  [by('gre', { src: '1.2.3.4', dst: '1.2.3.5', gro: '0' }), []],
  [by('raw', { ifname: 't', bpffile: '/f', bpfflash: '1' }), [/bpffile/, /bpfflash/]],
  [by('raw', { ifname: 't', bpfflash: '0' }), []],
  [by('daemon', { socket: '/s' }), [/older transports/]],
  [{ kind: 'none' }, []],
])('%j', (link, expected) => {
  const said = transportWarnings(link);
  expect(said).toHaveLength(expected.length);
  expected.forEach((one, n) => expect(said[n]).toMatch(one));
});
