import { expect, test } from 'vitest';
import { macSchema } from './mac.js';
import {
  bridgeName,
  bridgeUp,
  dnsmasqHosts,
  dnsmasqWords,
  gatewayMac,
  nftRules,
  tapName,
  tapUp,
  type NamespaceNetwork,
} from './namespace-plan.js';

const open: NamespaceNetwork = {
  id: 'aaaaaaaa',
  subnet: '10.77.1.0/24',
  internet: true,
  reachesHost: false,
  dhcp: true,
};
const closed: NamespaceNetwork = {
  id: 'bbbbbbbb',
  subnet: '10.77.2.0/25',
  internet: false,
  reachesHost: false,
  dhcp: true,
};

test('names are within the 15 characters that the kernel allows, and two cards never share one', () => {
  const id = 'abcdef012345';
  expect(bridgeName('aaaaaaaa').length).toBeLessThanOrEqual(15);
  const names = Array.from({ length: 8 }, (_, unit) => tapName(id, unit));
  for (const name of names) expect(name.length).toBeLessThanOrEqual(15);
  expect(new Set(names).size).toBe(8);
});

test('a gateway has an address of its own, which is one of a single card and none that a card of Paddock’s has', () => {
  for (const id of ['aaaaaaaa', 'zzzzzzzz', '00000000']) {
    expect(macSchema.parse(gatewayMac(id))).not.toMatch(/^02:50:44:/);
    expect(bridgeUp({ ...open, id })[0]).toContain(` address ${gatewayMac(id)} `);
  }
  expect(gatewayMac('aaaaaaaa')).not.toBe(gatewayMac('aaaaaaab'));
});

test('a bridge has the gateway’s address, and a tap is put on it', () => {
  expect(bridgeUp(closed)).toContain('addr add 10.77.2.1/25 dev br-bbbbbbbb');
  expect(tapUp('t1', 'bbbbbbbb')).toEqual([
    'tuntap add dev t1 mode tap',
    'link set t1 master br-bbbbbbbb up',
  ]);
});

test('only a network with the internet gets out, none gets into another, and this computer is kept apart', () => {
  const rules = nftRules([open, closed], []);
  expect(rules).toContain('policy drop;');
  expect(rules).toContain('iifname "br-aaaaaaaa" oifname "uplink" ip daddr 10.0.2.2 drop');
  expect(rules.indexOf('ip daddr 10.0.2.2 drop')).toBeLessThan(
    rules.indexOf('iifname "br-aaaaaaaa" oifname "uplink" accept'),
  );
  expect(rules).not.toContain('iifname "br-bbbbbbbb" oifname "uplink"');
  expect(rules).not.toMatch(/iifname "br-aaaaaaaa" oifname "br-bbbbbbbb"/);
  expect(nftRules([{ ...open, reachesHost: true }], [])).not.toContain('10.0.2.2');
});

test('a forward leads from its port of the namespace to the guest', () => {
  const rules = nftRules(
    [open],
    [
      {
        protocol: 'udp',
        hostAddress: '127.0.0.1',
        hostPort: 5353,
        guestPort: 53,
        entryPort: 20_000,
        guestAddress: '10.77.1.10',
      },
    ],
  );
  expect(rules).toContain('iifname "uplink" udp dport 20000 dnat to 10.77.1.10:53');
});

test('DHCP hands out a way out only where there is one, and knows its cards', () => {
  const files = { hosts: '/run/hosts', leases: '/run/leases' };
  expect(dnsmasqWords(open, files)).toContain('--server=10.0.2.3');
  expect(dnsmasqWords(open, files)).toContain('--dhcp-range=10.77.1.192,10.77.1.254,12h');
  const alone = dnsmasqWords(closed, files);
  expect(alone).toContain('--dhcp-option=option:router');
  expect(alone.join(' ')).not.toContain('--server');
  // Nothing of this computer's configuration is read, and nobody becomes another user.
  expect(alone).toEqual(expect.arrayContaining(['--conf-file=/dev/null', '--no-hosts', '--no-daemon']));
  expect(dnsmasqHosts([{ mac: '02:50:44:00:00:01', address: '10.77.1.10', name: 'one' }])).toBe(
    '02:50:44:00:00:01,10.77.1.10,one\n',
  );
});
