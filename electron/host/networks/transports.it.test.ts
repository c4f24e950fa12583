import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { deviceName, type TransportName } from '@shared/networks/transports/index.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { ConsoleReader } from '../testing/console-reader.js';
import { TestHost } from '../testing/test-host.js';

// Every transport that can be tried here, by real guests, in a network namespace that the host of this test has alone.
vi.setConfig({ testTimeout: 90_000 });

let host: TestHost;
const helpers: ChildProcess[] = [];
const inside = (...argv: string[]): string =>
  execFileSync('nsenter', ['--target', String(host.pid), '--net', '--', ...argv], { encoding: 'utf8' });
const helper = (...argv: [string, ...string[]]): void => {
  const child = spawn('nsenter', ['--target', String(host.pid), '--net', '--', ...argv], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  helpers.push(child);
};
/** Resolves when there is something at a path: a helper that has started says nothing. */
const there = (path: string): Promise<unknown> =>
  vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 10_000, interval: 20 });

const isRoot = process.getuid?.() === 0;

beforeAll(async () => {
  if (!isRoot) return;
  host = TestHost.folders();
  // /sys tells of the namespace that it was mounted in.
  const prepare =
    'mount -t sysfs sysfs /sys; ip link set lo up multicast on; ip route add 239.192.168.0/24 dev lo; exec "$@"';
  await host.launch({ under: ['unshare', '--net', '--mount', '--', 'sh', '-c', prepare, 'sh'] });
  const web = join(host.home, 'web');
  mkdirSync(web);
  writeFileSync(join(web, 'f'), Buffer.alloc(300_000, 'frames'));
  helper('busybox', 'httpd', '-f', '-p', '8000', '-h', web);
});
afterAll(async () => {
  for (const child of helpers) child.kill('SIGKILL');
  if (isRoot) await host.remove();
});

const plugged = async (
  name: string,
  transport: TransportName,
  options: Record<string, string>,
): Promise<VmId> => {
  const id = await host.makeTiny({
    name,
    consoles: 1,
    nics: [{ unit: 0, link: { kind: 'transport', transport, options } }],
  });
  expect(host.vm(id).problem).toBeNull();
  return id;
};

/** Logs in, and gives the card an address by hand: there is no DHCP on these. */
async function addressed(id: VmId, device: string, address: string): Promise<ConsoleReader> {
  const con = await host.login(id);
  await con.run(
    `dmesg -n 1; pkill udhcpc; ip addr add ${address}/24 dev ${device}; ip link set ${device} up`,
  );
  return con;
}

const serve = (con: ConsoleReader): Promise<string> =>
  con.run(
    'mkdir -p /s; dd if=/dev/urandom of=/s/f bs=1k count=300 2>/dev/null; httpd -p 8000 -h /s; sha256sum < /s/f | cut -d" " -f1',
  );
const fetched = (con: ConsoleReader, from: string): Promise<string> =>
  con.run(`timeout 20 wget -q -O - http://${from}:8000/f | sha256sum | cut -d' ' -f1`);

/** Each of two guests fetches what the other has. */
async function exchange(one: VmId, two: VmId, device: string): Promise<void> {
  const con1 = await addressed(one, device, '10.5.0.1');
  const con2 = await addressed(two, device, '10.5.0.2');
  expect(await serve(con1)).toBe(await fetched(con2, '10.5.0.1'));
  expect(await serve(con2)).toBe(await fetched(con1, '10.5.0.2'));
  await ends(one, two);
}

const ends = async (...ids: VmId[]): Promise<void> => {
  for (const id of ids) {
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
    await host.client.must('vms.delete', { id });
  }
};

describe.skipIf(!isRoot)('between two guests, both ways, by checksum', () => {
  const lo = { src: '127.0.0.1', dst: '127.0.0.2' };
  const back = { src: '127.0.0.2', dst: '127.0.0.1' };
  const near = { src: '127.0.0.1', dst: '127.0.0.1', udp: '1' };
  const sessions = [
    { rx_session: '1', tx_session: '2' },
    { rx_session: '2', tx_session: '1' },
  ] as const;
  const pairs: [string, TransportName, Record<string, string>, Record<string, string>][] = [
    ['gre', 'gre', lo, back],
    ['gre with keys', 'gre', { ...lo, rx_key: '5', tx_key: '6' }, { ...back, rx_key: '6', tx_key: '5' }],
    ['l2tpv3 over IP', 'l2tpv3', { ...lo, ...sessions[0] }, { ...back, ...sessions[1] }],
    [
      'l2tpv3 over UDP, large frames',
      'l2tpv3',
      { ...near, srcport: '1706', dstport: '1707', mtu: '9000', ...sessions[0] },
      { ...near, srcport: '1707', dstport: '1706', mtu: '9000', ...sessions[1] },
    ],
    [
      'ucast',
      'ucast',
      { address: '127.0.0.1', listen: '2201', remote: '2202' },
      { address: '127.0.0.1', listen: '2202', remote: '2201' },
    ],
    ['mcast', 'mcast', { group: '239.192.168.1', port: '1102' }, { group: '239.192.168.1', port: '1102' }],
  ];
  test.each(pairs)('%s', async (_, transport, a, b) => {
    const [one, two] = [await plugged('one', transport, a), await plugged('two', transport, b)];
    await exchange(one, two, deviceName(transport, 0));
  });

  test('uml_switch', async () => {
    const socket = join(host.home, 'run/uml-switch');
    // It ends when its standard input does, and says something of every frame that it drops.
    helper('uml_switch', '-unix', socket);
    await there(socket);
    const [one, two] = [
      await plugged('one', 'daemon', { socket }),
      await plugged('two', 'daemon', { socket }),
    ];
    await exchange(one, two, 'eth0');
  });

  test('vde_switch', async () => {
    const vnl = join(host.home, 'run/vde');
    helper('vde_switch', '--sock', vnl, '--mgmt', join(host.home, 'run/vde.mgmt'));
    await there(join(vnl, 'ctl'));
    const [one, two] = [
      await plugged('one', 'legacy-vde', { vnl }),
      await plugged('two', 'legacy-vde', { vnl }),
    ];
    await exchange(one, two, 'eth0');
  });
});

describe.skipIf(!isRoot)('between a guest and its computer, both ways, by checksum', () => {
  const host1 = '10.6.0.254';
  const sum = (): string =>
    execFileSync('sha256sum', [join(host.home, 'web/f')], { encoding: 'utf8' }).split(' ')[0] ?? '';
  const both = async (id: VmId, device: string): Promise<void> => {
    const con = await addressed(id, device, '10.6.0.1');
    expect(await fetched(con, host1)).toBe(sum());
    const theirs = await serve(con);
    const got = inside('sh', '-c', `busybox wget -q -O - http://10.6.0.1:8000/f | sha256sum | cut -d' ' -f1`);
    expect(got.trim()).toBe(theirs);
    await ends(id);
  };
  const tap = (name: string): void => {
    inside('ip', 'tuntap', 'add', 'dev', name, 'mode', 'tap');
    inside('ip', 'addr', 'add', `${host1}/24`, 'dev', name);
    inside('ip', 'link', 'set', name, 'up');
  };

  test.each(['tap', 'tuntap', 'hybrid'] as const)('%s', async (transport) => {
    tap('pdktap');
    try {
      const id = await plugged('one', transport, { ifname: 'pdktap' });
      await both(id, deviceName(transport, 0));
    } finally {
      inside('ip', 'link', 'del', 'pdktap');
    }
  });

  test('raw, on a veth pair', async () => {
    inside('ip', 'link', 'add', 'pdkveth', 'type', 'veth', 'peer', 'name', 'pdkpeer');
    inside('ip', 'addr', 'add', `${host1}/24`, 'dev', 'pdkveth');
    for (const name of ['pdkveth', 'pdkpeer']) inside('ip', 'link', 'set', name, 'up');
    const id = await plugged('one', 'raw', { ifname: 'pdkpeer' });
    await both(id, 'vec0');
  });

  test('bess, by slirp4netns', async () => {
    const dst = join(host.home, 'run/bess');
    helper('slirp4netns', '--target-type=bess', '--mtu=1500', dst);
    await there(dst);
    const id = await plugged('one', 'bess', { dst });
    const con = await host.login(id);
    await con.run('dmesg -n 1; until ip -4 addr show vec0 | grep -q inet; do sleep 0.1; done');
    // Its own way to this computer's 127.0.0.1.
    expect(await con.run(`timeout 20 wget -q -O - http://10.0.2.2:8000/f | sha256sum | cut -d' ' -f1`)).toBe(
      sum(),
    );
    await ends(id);
  });
});
