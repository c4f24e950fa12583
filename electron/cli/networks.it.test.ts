import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runPaddock, type Said } from '../host/testing/run-paddock.js';
import { TestHost } from '../host/testing/test-host.js';

vi.setConfig({ testTimeout: 60_000 });

let host: TestHost;
beforeEach(() => {
  host = TestHost.folders();
});
afterEach(async () => {
  paddock('host', 'quit');
  await host.remove();
});

const paddock = (...args: string[]): Said => runPaddock(host, args);
const ok = (...args: string[]): string => {
  const said = paddock(...args);
  expect(said, args.join(' ')).toMatchObject({ status: 0, err: '' });
  return said.out;
};

test('networks and cards from the command: made, shown, changed, refused with a reason, deleted', () => {
  expect(ok('network', 'list')).toContain('No networks yet');
  ok('network', 'create', 'lab', '--internet', '--subnet', '10.91.0.0/24');
  ok('network', 'create', 'wire', '--cable');
  expect(ok('network', 'list')).toMatch(/^lab +switch +off +10\.91\.0\.0\/24 +yes +- +-$/m);
  ok('vm', 'create', 'web', '--nic', 'lab,forward=18080:80', '--nic', 'wire', '--nic', 'internet,reach-host');
  expect(ok('vm', 'show', 'web')).toMatch(/^Network card 0: +lab, 18080:80, 02:50:44/m);
  const line = ok('vm', 'command-line', 'web');
  expect(line).toMatch(/ vec0:transport=tap,depth=128,gro=1,ifname=t\w+-0,mac=02:50:44:[\da-f:]{8} /);
  expect(line).toMatch(/ vec1:transport=l2tpv3,\S*udp=1,src=127\.0\.0\.1/);
  const mac = / vec0:\S*mac=(\S+) /.exec(line)?.[1];
  const nics = JSON.parse(ok('vm', 'show', 'web', '--json')) as { nics: { mac: string }[] };
  expect(nics.nics[0]?.mac).toBe(mac);
  // Led somewhere else, a card keeps its address.
  ok('vm', 'set', 'web', '--nic', 'transport:tap,ifname=tap7,gro=0');
  expect(ok('vm', 'command-line', 'web')).toContain(
    `vec0:transport=tap,depth=128,gro=0,ifname=tap7,mac=${mac}`,
  );
  ok('network', 'set', 'lab', '--name', 'other', '--no-internet', '--note', 'for later');
  expect(ok('network', 'show', 'other')).toMatch(/^Internet: +no$/m);

  const refused = (words: RegExp, ...args: string[]): void => {
    const { status, err } = paddock(...args);
    expect(status, args.join(' ')).not.toBe(0);
    expect(err).toMatch(words);
  };
  refused(/no such network/, 'vm', 'set', 'web', '--nic', 'nowhere');
  refused(/neither reach-host nor a forward/, 'vm', 'set', 'web', '--nic', 'internet,forward=80');
  // What ends in a panic of the guest can't be said.
  const tunnel = 'transport:l2tpv3,src=127.0.0.1,dst=127.0.0.2,rx_session=0xffffffff,tx_session=1';
  refused(/rx_session/, 'vm', 'set', 'web', '--nic', tunnel);
  refused(
    /rx_cookie|[Uu]nrecognized/,
    'vm',
    'set',
    'web',
    '--nic',
    tunnel.replace('0xffffffff', '1,rx_cookie=1'),
  );
  refused(/can’t be used/, 'network', 'create', 'b', '--subnet', '10.91.0.0/25');
  ok('vm', 'set', 'web', '--nic', 'other');
  refused(/web is plugged into it/, 'network', 'delete', 'other');
  ok('vm', 'set', 'web', '--no-nics');
  ok('network', 'delete', 'other');
  ok('network', 'delete', 'wire');
  expect(ok('network', 'list')).toContain('No networks yet');
  expect(ok('network', 'facts')).toContain('Network namespace with internet');
});

test('what only root can make is shown, with its undo, and nothing is made by that', () => {
  expect(ok('network', 'host-setup')).toContain('Paddock made nothing on this computer.');
  const shown = ok('network', 'host-setup', 'tap', 'pdkshown1', '--address', '10.97.7.1/24');
  expect(shown).toContain(`\nip tuntap add dev pdkshown1 mode tap user ${process.getuid?.()}\n`);
  expect(shown).toContain('\n# ip link delete dev pdkshown1\n');
  expect(existsSync('/sys/class/net/pdkshown1')).toBe(false);
  const said = paddock('network', 'host-setup', 'tap', 'a;b');
  expect(said.status).not.toBe(0);
  expect(said.err).toContain('name');
  expect(paddock('network', 'host-setup', 'tap', 'never', '--undo').err).toContain(
    'made nothing called never',
  );
});

test('all transports, those not offered with their reasons, and what another kernel makes of a card', () => {
  const said = ok('network', 'transports');
  expect(said).toMatch(/^l2tpv3 +none .*rx_session/m);
  for (const name of ['ethertap', 'pcap', 'fd']) expect(said).toMatch(new RegExp(`^ {2}${name}: `, 'm'));
  ok('vm', 'create', 'web', '--nic', 'transport:tap,ifname=tap7');
  const [kernel] = JSON.parse(ok('kernel', 'list', '--json')) as { path: string; version: string }[];
  for (const word of [kernel?.path ?? '', kernel?.version ?? ''])
    expect(ok('network', 'translate', 'web', '--kernel', word)).toBe('Card 0: stays as it is.\n');
});
