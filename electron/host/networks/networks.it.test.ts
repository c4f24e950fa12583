import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LOOPBACK, type Forward } from '@shared/networks/forward.js';
import type { Link } from '@shared/networks/nic.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { hasTun } from '../../../e2e/oracles/tun.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import type { ConsoleReader } from '../testing/console-reader.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { lostOf } from '../testing/lost-of.js';
import { TestHost } from '../testing/test-host.js';

vi.setConfig({ testTimeout: 90_000 });

let host: TestHost;
let server: Server;
let port: number;
const body = randomBytes(300_000);
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

beforeEach(async () => {
  host = await TestHost.start();
  server = createServer((_request, response) => response.end(body));
  await new Promise<void>((done) => server.listen(0, LOOPBACK, done));
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  server.close();
  await host.remove();
});

const machine = (name: string, links: Link[]): Promise<VmId> =>
  host.makeTiny({ name, consoles: 1, nics: links.map((link, unit) => ({ unit, link })) });

/** The same of one that must start. */
async function started(name: string, links: Link[]): Promise<VmId> {
  const id = await machine(name, links);
  expect(host.vm(id).problem).toBeNull();
  return id;
}

const network = async (
  name: string,
  more: { kind?: 'switch' | 'cable'; internet?: boolean; carrier?: 'namespace' | 'vde' | null } = {},
): Promise<string> => {
  const { id } = await host.client.must('networks.create', {
    name,
    kind: 'switch',
    internet: false,
    reachesHost: true,
    subnet: null,
    carrier: null,
    ...more,
  });
  return id;
};

const to = (networkId: string, forwards: Forward[] = []): Link => ({ kind: 'network', networkId, forwards });

/** Resolves when a card has an address; the guest waits for it itself. */
const address = (con: ConsoleReader, device: string): Promise<string> =>
  con.run(
    // The kernel's own remarks would stand among the answers.
    `dmesg -n 1; until ip -4 addr show ${device} | grep -q inet; do sleep 0.1; done; ip -4 -o addr show ${device} | awk '{print $4}'`,
  );

/** Everything of this host that runs for networks. */
const helpers = (): number[] => processesNaming(`${host.runtimeDir}/net`);

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, LOOPBACK, done));
  const { port: found } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return found;
}

/** The guest fetches the server's bytes, and this computer the guest's. */
async function bothWays(con: ConsoleReader, forwarded: number, at = '10.0.2.2'): Promise<void> {
  expect(await con.run(`wget -q -O - http://${at}:${port}/ | sha256sum | cut -d' ' -f1`)).toBe(sha(body));
  const sum = await con.run(
    'mkdir /w; dd if=/dev/urandom of=/w/f bs=1k count=300 2>/dev/null; httpd -p 80 -h /w; sha256sum < /w/f | cut -d" " -f1',
  );
  const got = Buffer.from(await (await fetch(`http://${LOOPBACK}:${forwarded}/f`)).arrayBuffer());
  expect(sha(got)).toBe(sum);
}

test('a machine alone on the internet: out, and in by a forward; nothing is left', async () => {
  const hostPort = await freePort();
  const forward: Forward = { protocol: 'tcp', hostAddress: LOOPBACK, hostPort, guestPort: 80 };
  const id = await started('web', [{ kind: 'internet', reachesHost: true, forwards: [forward] }]);
  const con = await host.login(id);
  expect(await address(con, 'eth0')).toBe('10.0.2.15/24');
  await bothWays(con, hostPort);
  // Only programs of this computer come in.
  expect(execFileSync('ss', ['-Hltn', `sport = :${hostPort}`], { encoding: 'utf8' })).toContain(
    `127.0.0.1:${hostPort}`,
  );
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  expect(helpers()).toEqual([]);
});

test('slirp, the older way: addresses by hand, out by checksum; its program ends with the machine', async () => {
  const program = '/usr/bin/slirp-fullbolt';
  const before = pidsOf(program);
  const id = await started('old', [{ kind: 'transport', transport: 'slirp', options: { program } }]);
  const con = await host.login(id);
  // It knows IP only: no DHCP, no ARP.
  await con.run(
    'dmesg -n 1; kill $(pidof udhcpc); ip addr flush dev eth0; ip addr add 10.0.2.15/24 dev eth0; ip link set eth0 up; ip route add default via 10.0.2.2',
  );
  expect(await con.run(`wget -q -O - http://10.0.2.2:${port}/ | sha256sum | cut -d' ' -f1`)).toBe(sha(body));
  expect(pidsOf(program).length).toBe(before.length + 1);
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  expect(pidsOf(program)).toEqual(before);
});

/** Processes of a program, whoever started them. */
function pidsOf(program: string): string[] {
  try {
    return execFileSync('pgrep', ['-f', `^${program}`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .sort();
  } catch {
    return [];
  }
}

test('what is not asked for is not to be had: programs of this computer', async () => {
  const id = await started('web', [{ kind: 'internet', reachesHost: false, forwards: [] }]);
  const con = await host.login(id);
  await address(con, 'eth0');
  expect(await con.run(`wget -q -O - http://10.0.2.2:${port}/ >/dev/null 2>&1; echo $?`)).not.toBe('0');
});

test.each(hasTun ? (['namespace', 'vde'] as const) : (['vde'] as const))(
  'two machines on a network carried by %s, with the internet',
  async (carrier) => {
    const lab = await network('lab', { internet: true, carrier });
    const hostPort = await freePort();
    const forward: Forward = { protocol: 'tcp', hostAddress: LOOPBACK, hostPort, guestPort: 80 };
    const one = await started('one', [to(lab, carrier === 'namespace' ? [forward] : [])]);
    const two = await started('two', [to(lab)]);
    expect(host.state.networks[lab]).toMatchObject({ state: 'on', carrier, problem: null });
    const device = carrier === 'namespace' ? 'vec0' : 'eth0';
    const con1 = await host.login(one);
    const con2 = await host.login(two);
    const [a, b] = [await address(con1, device), await address(con2, device)];
    const given = host.state.networks[lab]?.ends.map((end) => `${end.address}/24`);
    if (carrier === 'namespace') expect([a, b]).toEqual(given);
    // From one to the other, and back, by checksum.
    const peer = carrier === 'namespace' ? 'one' : (a.split('/')[0] ?? '');
    const sum = await con1.run(
      'mkdir /s; dd if=/dev/urandom of=/s/f bs=1k count=300 2>/dev/null; httpd -p 81 -h /s; sha256sum < /s/f | cut -d" " -f1',
    );
    expect(await con2.run(`wget -q -O - http://${peer}:81/f | sha256sum | cut -d' ' -f1`)).toBe(sum);
    expect(await con2.run(`ping -c 1 -W 5 ${peer} >/dev/null && echo yes`)).toBe('yes');
    if (carrier === 'namespace') await bothWays(con1, hostPort);
    for (const id of [one, two]) {
      await host.client.must('vms.stop', { id, how: 'force' });
      await host.untilState(id, 'stopped');
    }
    await host.until('off', ({ networks }) => networks[lab]?.state === 'off');
    expect(helpers()).toEqual([]);
  },
);

test('a cable between two machines', async () => {
  const cable = await network('cable', { kind: 'cable' });
  const one = await started('one', [to(cable)]);
  const two = await started('two', [to(cable)]);
  const con1 = await host.login(one);
  const con2 = await host.login(two);
  await con1.run('pkill udhcpc; ip addr add 192.168.5.1/24 dev vec0');
  await con2.run('pkill udhcpc; ip addr add 192.168.5.2/24 dev vec0');
  const sum = await con1.run(
    'mkdir /s; dd if=/dev/urandom of=/s/f bs=1k count=300 2>/dev/null; httpd -p 81 -h /s; sha256sum < /s/f | cut -d" " -f1',
  );
  expect(await con2.run(`wget -q -O - http://192.168.5.1:81/f | sha256sum | cut -d' ' -f1`)).toBe(sum);
});

test.skipIf(!hasTun)(
  'a host that was killed: the network goes on, a later host knows it and leaves nothing of it',
  async () => {
    const lab = await network('lab', { internet: true });
    const id = await started('one', [to(lab)]);
    const con = await host.login(id);
    await address(con, 'vec0');
    await host.killHost();
    expect(helpers().length).toBeGreaterThan(0);
    await host.launch();
    expect(host.state.networks[lab]).toMatchObject({ state: 'on', carrier: 'namespace' });
    await host.until('a way in', ({ vms }) => vms[id]?.rescue?.state === 'ready');
    const rescue = await host.rescueLogin(id);
    await rescue.run('dmesg -n 1');
    expect(await rescue.run(`wget -q -O - http://10.0.2.2:${port}/ | sha256sum | cut -d' ' -f1`)).toBe(
      sha(body),
    );
    const again = await started('two', [to(lab)]);
    const con2 = await host.login(again);
    await address(con2, 'vec0');
    expect(await con2.run('ping -c 1 -W 5 one >/dev/null && echo yes')).toBe('yes');
    for (const vm of [id, again]) {
      await host.client.must('vms.stop', { id: vm, how: 'force' });
      await host.untilState(vm, 'stopped');
    }
    await host.until('off', ({ networks }) => networks[lab]?.state === 'off');
    expect(helpers()).toEqual([]);
  },
);

test.each(hasTun ? (['internet', 'network'] as const) : (['internet'] as const))(
  'forwards are added and taken away while it runs: %s',
  async (kind) => {
    const [first, second] = [await freePort(), await freePort()];
    const at = (hostPort: number): Forward => ({
      protocol: 'tcp',
      hostAddress: LOOPBACK,
      hostPort,
      guestPort: 80,
    });
    const networkId = kind === 'network' ? await network('lab', { internet: true }) : '';
    const link = (forwards: Forward[]): Link =>
      kind === 'network' ? to(networkId, forwards) : { kind, reachesHost: true, forwards };
    const id = await started('one', [link([at(first)])]);
    const con = await host.login(id);
    await address(con, kind === 'network' ? 'vec0' : 'eth0');
    await bothWays(con, first);
    const { mac = '' } = host.vm(id).nics[0] ?? {};
    await host.client.must('vms.configure', {
      id,
      changes: { nics: [{ unit: 0, mac, link: link([at(second)]) }] },
    });
    await vi.waitFor(
      async () => expect((await fetch(`http://${LOOPBACK}:${second}/f`)).ok).toBe(true),
      15_000,
    );
    await expect(fetch(`http://${LOOPBACK}:${first}/f`)).rejects.toThrow();
    // One that can't be had is said, and the others stay.
    const refused = await host.client.call('vms.configure', {
      id,
      changes: { nics: [{ unit: 0, mac, link: link([at(second), at(port)]) }] },
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'forward-refused' } });
    expect((await fetch(`http://${LOOPBACK}:${second}/f`)).ok).toBe(true);
  },
);

test.skipIf(!hasTun)('what goes through the cards of a machine in the namespace is counted', async () => {
  const lab = await network('lab', { internet: true });
  const id = await started('one', [to(lab)]);
  const con = await host.login(id);
  await address(con, 'vec0');
  await host.client.must('figures.watch', { pace: 'foreground', detail: null });
  con.type(`while :; do wget -q -O /dev/null http://10.0.2.2:${port}/; done\r`);
  await vi.waitFor(async () => {
    const { figures } = await host.client.must('figures.history', { id, span: 'minutes' });
    expect(
      figures.some(({ inRate, outRate }) => (inRate ?? 0) > body.length / 10 && (outRate ?? 0) > 0),
    ).toBe(true);
  }, 20_000);
});

test.skipIf(!hasTun)('helpers that are killed come back, and what they did with them', async () => {
  const lab = await network('lab', { internet: true });
  const hostPort = await freePort();
  const forward: Forward = { protocol: 'tcp', hostAddress: LOOPBACK, hostPort, guestPort: 80 };
  const id = await started('one', [to(lab, [forward])]);
  const con = await host.login(id);
  await address(con, 'vec0');
  await bothWays(con, hostPort);
  const dnsmasq = host.state.networks[lab]?.helpers.find(({ name }) => name === 'dnsmasq')?.pid ?? 0;
  process.kill(dnsmasq, 'SIGKILL');
  await host.until('another dnsmasq', ({ networks }) => {
    const now = networks[lab]?.helpers.find(({ name }) => name === 'dnsmasq')?.pid;
    return now !== undefined && now !== dnsmasq;
  });
  expect(await con.run('until nslookup one.lab >/dev/null 2>&1; do :; done; echo found')).toBe('found');
  const [slirp = 0] = execFileSync('pgrep', ['-f', `slirp4netns.*${host.runtimeDir}/net/`], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .map(Number);
  process.kill(slirp, 'SIGKILL');
  expect(
    await con.run(
      `until timeout 2 wget -q -O /f http://10.0.2.2:${port}/ 2>/dev/null; do sleep 0.2; done; sha256sum < /f | cut -d' ' -f1`,
    ),
  ).toBe(sha(body));
  await untilForwarded(hostPort);
  expect(await lostOf(host, id)).toEqual([expect.stringContaining('The way into the internet of lab ended')]);
  // The process that held the namespace: others still come in beside the one that is there.
  const noted = JSON.parse(readFileSync(`${host.runtimeDir}/net/networks.json`, 'utf8')) as {
    holder: { pid: number } | null;
  };
  const holder = noted.holder?.pid ?? expect.fail('no holder');
  expect(readFileSync(`/proc/${holder}/cmdline`, 'utf8')).toContain('sleep');
  process.kill(holder, 'SIGKILL');
  const again = await started('two', [to(lab)]);
  const con2 = await host.login(again);
  await address(con2, 'vec0');
  expect(await con2.run('ping -c 1 -W 5 one >/dev/null && echo yes')).toBe('yes');
  expect(host.state.networks[lab]).toMatchObject({ state: 'on', problem: null });
  for (const vm of [id, again]) {
    await host.client.must('vms.stop', { id: vm, how: 'force' });
    await host.untilState(vm, 'stopped');
  }
  expect(helpers()).toEqual([]);
});

test('so do those of a single card; without its switch it is told to be plugged in again', async () => {
  const hostPort = await freePort();
  const forward: Forward = { protocol: 'tcp', hostAddress: LOOPBACK, hostPort, guestPort: 80 };
  const link: Link = { kind: 'internet', reachesHost: true, forwards: [forward] };
  const id = await started('web', [link]);
  const con = await host.login(id);
  await address(con, 'eth0');
  await bothWays(con, hostPort);
  const pid = (name: string): number => helperOfCard(id, name) ?? expect.fail(`no ${name}`);
  const fetched = (by: ConsoleReader): Promise<string> =>
    by.run(
      `until timeout 2 wget -q -O /f http://10.0.2.2:${port}/ 2>/dev/null; do sleep 0.2; done; sha256sum < /f | cut -d' ' -f1`,
    );
  process.kill(pid('slirp'), 'SIGKILL');
  expect(await lostOf(host, id)).toEqual([expect.stringContaining('slirp ended, and was begun again')]);
  expect(await fetched(con)).toBe(sha(body));
  await untilForwarded(hostPort);
  // The kernel's end of a switch is gone with it.
  process.kill(pid('vde_switch'), 'SIGKILL');
  await vi.waitFor(async () =>
    expect((await lostOf(host, id)).at(-1)).toContain('Unplug it and plug it in again'),
  );
  const lead = (where: Link) =>
    host.client.must('vms.configure', {
      id,
      changes: { nics: [{ ...host.vm(id).nics[0], unit: 0, link: where }] },
    });
  await lead({ kind: 'none' });
  await lead(link);
  await address(con, 'eth0');
  expect(await fetched(con)).toBe(sha(body));
  await untilForwarded(hostPort);
  // A later host watches them, too.
  await host.killHost();
  await host.launch();
  process.kill(pid('slirp'), 'SIGKILL');
  await untilForwarded(hostPort);
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  expect(helpers()).toEqual([]);
});

test('the way out of a VDE network comes back; without its switch its machines are told', async () => {
  const lab = await network('lab', { internet: true, carrier: 'vde' });
  const id = await started('one', [to(lab)]);
  const con = await host.login(id);
  await address(con, 'eth0');
  const at = host.state.networks[lab]?.hostAddress ?? '';
  const helper = (name: string): number =>
    host.state.networks[lab]?.helpers.find((one) => one.name === name)?.pid ?? expect.fail(`no ${name}`);
  const slirp = helper('slirp');
  process.kill(slirp, 'SIGKILL');
  expect(await lostOf(host, id)).toEqual([expect.stringContaining('The way into the internet of lab ended')]);
  expect(helper('slirp')).not.toBe(slirp);
  expect(
    await con.run(
      `until timeout 2 wget -q -O /f http://${at}:${port}/ 2>/dev/null; do sleep 0.2; done; sha256sum < /f | cut -d' ' -f1`,
    ),
  ).toBe(sha(body));
  expect(host.state.networks[lab]).toMatchObject({ state: 'on', problem: null });
  process.kill(helper('vde_switch'), 'SIGKILL');
  await host.until('trouble', ({ networks }) => networks[lab]?.state === 'failed');
  expect((await lostOf(host, id)).at(-1)).toContain('vde_switch ended');
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  await vi.waitFor(() => expect(helpers()).toEqual([]));
});

/** The pid of a helper of a machine's first card, as it is noted down; null while there is none. */
function helperOfCard(id: VmId, name: string): number | null {
  const noted = JSON.parse(readFileSync(`${host.runtimeDir}/net/networks.json`, 'utf8')) as {
    machines: Record<string, { helpers: { name: string; pid: number }[] }[]>;
  };
  return noted.machines[id]?.[0]?.helpers.find((one) => one.name === name)?.pid ?? null;
}

/** Resolves when the guest's server answers by a forward. */
async function untilForwarded(hostPort: number): Promise<void> {
  await vi.waitFor(
    async () => expect((await fetch(`http://${LOOPBACK}:${hostPort}/f`)).ok).toBe(true),
    20_000,
  );
}

test('what can’t work is refused with its reason, and leaves nothing', async () => {
  const lab = await network('lab');
  const failed = async (name: string, input: Parameters<typeof host.client.call>[1]): Promise<unknown> => {
    const outcome = await host.client.call(name as 'vms.create', input as never);
    return outcome.ok ? null : outcome.error;
  };
  expect(
    await failed('networks.create', {
      name: 'lab',
      kind: 'switch',
      internet: false,
      reachesHost: false,
      subnet: null,
      carrier: null,
    }),
  ).toMatchObject({ code: 'network-name-taken' });
  const range = host.state.networks[lab]?.subnet ?? '';
  expect(
    await failed('networks.create', {
      name: 'b',
      kind: 'switch',
      internet: false,
      reachesHost: false,
      subnet: range,
      carrier: null,
    }),
  ).toMatchObject({ code: 'network-subnet' });
  const taken: Forward = { protocol: 'tcp', hostAddress: LOOPBACK, hostPort: port, guestPort: 80 };
  const a = await machine('a', [{ kind: 'internet', reachesHost: false, forwards: [taken] }]);
  expect(host.vm(a).problem).toMatchObject({ code: 'forward-refused', params: { port } });
  const b = await machine('b', [{ kind: 'tap', ifname: 'nosuchtap0' }]);
  expect(host.vm(b).problem).toMatchObject({ code: 'nic-tap' });
  const c = await machine('c', [
    { kind: 'transport', transport: 'daemon', options: { socket: '/nonexistent' } },
  ]);
  expect(host.vm(c).problem).toMatchObject({ code: 'nic-path' });
  const cable = await network('cable', { kind: 'cable' });
  for (const name of ['one', 'two']) await machine(name, [to(cable)]);
  const three = await machine('three', [to(cable)]);
  expect(host.vm(three)).toMatchObject({ state: 'defined', problem: { code: 'network-cable-full' } });
  expect(await failed('networks.delete', { id: cable })).toMatchObject({ code: 'network-used' });
});

test.skipIf(process.getuid?.() !== 0)(
  'an ordinary user has all of it, by the carrier that is to be had',
  async () => {
    const user = OrdinaryUser.make();
    const own = TestHost.folders();
    try {
      await own.launchAs(user);
      const { id: lab } = await own.client.must('networks.create', {
        name: 'lab',
        kind: 'switch',
        internet: true,
        reachesHost: true,
        subnet: null,
        carrier: null,
      });
      const make = (name: string): Promise<VmId> =>
        own.makeTiny({ name, consoles: 1, nics: [{ unit: 0, link: to(lab) }] });
      const [one, two] = [await make('one'), await make('two')];
      const carrier = own.state.networks[lab]?.carrier;
      expect(own.state.networks[lab], JSON.stringify(own.state.networks[lab])).toMatchObject({ state: 'on' });
      const device = carrier === 'namespace' ? 'vec0' : 'eth0';
      const at = own.state.networks[lab]?.hostAddress ?? '';
      const [con1, con2] = [await own.login(one), await own.login(two)];
      const [a] = (await address(con1, device)).split('/');
      await address(con2, device);
      expect(await con2.run(`ping -c 1 -W 5 ${a} >/dev/null && echo yes`)).toBe('yes');
      expect(await con1.run(`wget -q -O - http://${at}:${port}/ | sha256sum | cut -d' ' -f1`)).toBe(
        sha(body),
      );
      // Alone on the internet: out, and in by a forward.
      const hostPort = await freePort();
      const forward: Forward = { protocol: 'tcp', hostAddress: LOOPBACK, hostPort, guestPort: 80 };
      const link: Link = { kind: 'internet', reachesHost: true, forwards: [forward] };
      const con = await own.login(
        await own.makeTiny({ name: 'web', consoles: 1, nics: [{ unit: 0, link }] }),
      );
      expect(await address(con, 'eth0')).toBe('10.0.2.15/24');
      await bothWays(con, hostPort);
    } finally {
      await own.remove();
      user.remove();
    }
  },
);
