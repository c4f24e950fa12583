import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { createServer as createSocket } from 'node:net';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LOOPBACK } from '@shared/networks/forward.js';
import type { Link } from '@shared/networks/nic.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { hasTun } from '../../../e2e/oracles/tun.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import type { ConsoleReader } from '../testing/console-reader.js';
import { TestHost } from '../testing/test-host.js';

vi.setConfig({ testTimeout: 90_000 });

let host: TestHost;
let server: Server;
let port: number;
const body = randomBytes(300_000);
const sha = createHash('sha256').update(body).digest('hex');

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

const network = async (name: string, more: object = {}): Promise<string> => {
  const wanted = {
    kind: 'switch' as const,
    internet: false,
    reachesHost: false,
    subnet: null,
    carrier: null,
  };
  return (await host.client.must('networks.create', { name, ...wanted, ...more })).id;
};
const to = (networkId: string): Link => ({ kind: 'network', networkId, forwards: [] });
const none: Link = { kind: 'none' };
const started = async (name: string, ...links: Link[]): Promise<VmId> => {
  const id = await host.makeTiny({ name, consoles: 1, nics: links.map((link, unit) => ({ unit, link })) });
  expect(host.vm(id).problem).toBeNull();
  return id;
};

/** Leads the cards of a machine somewhere, in their order; one more makes a new card, one less takes one out. */
async function lead(id: VmId, ...links: Link[]): Promise<string | null> {
  const { nics } = host.vm(id);
  const wanted = links.map((link, unit) => ({ ...(nics[unit] ?? { unit }), link }));
  const outcome = await host.client.call('vms.configure', { id, changes: { nics: wanted } });
  return outcome.ok ? null : outcome.error.code;
}

const quiet = (con: ConsoleReader): Promise<string> => con.run('dmesg -n 1');
/** Waits in the guest until a card has an address that begins so. */
const addressed = (con: ConsoleReader, device: string, start: string): Promise<string> =>
  con.run(`until ip -4 -o addr show ${device} | grep -q "inet ${start}"; do sleep 0.1; done; echo yes`);
const reaches = (con: ConsoleReader, what: string): Promise<string> =>
  con.run(`ping -c 1 -W 2 ${what} >/dev/null 2>&1 && echo yes || echo no`);
/** The same of one that is on its way. */
const untilReached = (con: ConsoleReader, what: string): Promise<string> =>
  con.run(`until ping -c 1 -W 1 ${what} >/dev/null 2>&1; do sleep 0.1; done; echo yes`);
const cards = (con: ConsoleReader): Promise<string> => con.run('ls /sys/class/net | tr "\\n" " "');
const ended = async (...ids: VmId[]): Promise<void> => {
  for (const id of ids) {
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
  }
  expect(processesNaming(`${host.runtimeDir}/net`)).toEqual([]);
};

test.skipIf(!hasTun)('a cable is moved while its machine runs, pulled, and put back', async () => {
  const left = await network('left', { subnet: '10.91.1.0/24' });
  const right = await network('right', { subnet: '10.91.2.0/24' });
  const mover = await started('mover', to(left));
  const near = await started('near', to(left));
  const far = await started('far', to(right));
  const con = await host.login(mover);
  await quiet(con);
  await addressed(con, 'vec0', '10.91.1.');
  await untilReached(con, 'near');

  expect(await lead(mover, to(right))).toBeNull();
  await addressed(con, 'vec0', '10.91.2.');
  await untilReached(con, 'far');
  expect(await reaches(con, host.state.networks[left]?.ends[0]?.address ?? '')).toBe('no');
  expect(host.state.networks[right]?.ends.map(({ vmId, device }) => ({ vmId, device }))).toEqual(
    expect.arrayContaining([{ vmId: mover, device: 'vec0' }]),
  );

  // Pulled: the guest keeps its card, and nobody answers.
  expect(await lead(mover, none)).toBeNull();
  expect(await cards(con)).toBe('lo vec0');
  expect(await reaches(con, host.state.networks[right]?.ends[0]?.address ?? '')).toBe('no');
  expect(await lead(mover, to(left))).toBeNull();
  await addressed(con, 'vec0', '10.91.1.');
  await untilReached(con, 'near');
  await ended(mover, near, far);
});

test.skipIf(!hasTun)('a card is put into a machine that runs, and taken out again', async () => {
  const left = await network('left', { subnet: '10.91.1.0/24' });
  const right = await network('right', { subnet: '10.91.2.0/24' });
  const cable = await network('cable', { kind: 'cable' });
  const one = await started('one', to(left));
  const two = await started('two', to(right));
  const con = await host.login(one);
  const con2 = await host.login(two);
  await quiet(con);
  await quiet(con2);
  expect(await lead(one, to(left), to(right))).toBeNull();
  expect(await cards(con)).toBe('lo vec0 vec1');
  await addressed(con, 'vec1', '10.91.2.');
  await untilReached(con, 'two');

  // A cable between two that run, in their third and second card.
  expect(await lead(one, to(left), to(right), to(cable))).toBeNull();
  expect(await lead(two, to(right), to(cable))).toBeNull();
  await con.run('ip addr add 192.168.5.1/24 dev vec2; ip link set vec2 up');
  await con2.run('ip addr add 192.168.5.2/24 dev vec1; ip link set vec1 up');
  const sum = await con.run(
    'mkdir /s; dd if=/dev/urandom of=/s/f bs=1k count=300 2>/dev/null; httpd -p 81 -h /s; sha256sum < /s/f | cut -d" " -f1',
  );
  expect(await con2.run(`wget -q -O - http://192.168.5.1:81/f | sha256sum | cut -d' ' -f1`)).toBe(sum);

  expect(await lead(one, to(left))).toBeNull();
  expect(await cards(con)).toBe('lo vec0');
  // Its taps are gone with it, as the namespace says.
  const holder = host.state.networks[left] ? processesNaming(`${host.runtimeDir}/net`) : [];
  expect(holder.length).toBeGreaterThan(0);
  const pid = String(host.vm(one).pid);
  const inside = execFileSync(
    'nsenter',
    ['-t', pid, '-U', '-n', '--preserve-credentials', 'ip', '-o', 'link'],
    { encoding: 'utf8' },
  );
  expect(inside.match(/: t\w+-\d/g)?.sort()).toEqual(
    [`: t${one}-0`.slice(0, 17), `: t${two}-0`.slice(0, 17)].sort(),
  );
  await ended(one, two);
});

test('a machine without a card gets the internet while it runs, and loses it', async () => {
  const id = await started('alone');
  const con = await host.login(id);
  await quiet(con);
  expect(await lead(id, { kind: 'internet', reachesHost: true, forwards: [] })).toBeNull();
  await addressed(con, 'eth0', '10.0.2.15');
  expect(await con.run(`wget -q -O - http://10.0.2.2:${port}/ | sha256sum | cut -d' ' -f1`)).toBe(sha);
  expect(await lead(id, none)).toBeNull();
  expect(await cards(con)).toBe('lo');
  expect(await lead(id, { kind: 'internet', reachesHost: true, forwards: [] })).toBeNull();
  await addressed(con, 'eth0', '10.0.2.15');
  await ended(id);
});

test.skipIf(!hasTun)('what can’t be done while it runs is told, is kept, and leaves nothing', async () => {
  const lab = await network('lab');
  const id = await started('alone');
  expect(await lead(id, to(lab))).toBe('nic-later');
  expect(host.vm(id).nics[0]?.link).toEqual(to(lab));
  expect(host.state.networks[lab]).toMatchObject({ state: 'off', ends: [{ vmId: id, device: null }] });
  expect(processesNaming(`${host.runtimeDir}/net`)).toEqual([]);
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  await host.client.must('vms.start', { id });
  const con = await host.login(id);
  await addressed(con, 'vec0', '10.77.');
  await ended(id);
});

test('the kernel’s “OK” is not believed: a switch that hangs up', async () => {
  const path = join(host.home, 'switch.sock');
  const socket = createSocket((client) => client.destroy());
  await new Promise<void>((done) => socket.listen(path, done));
  const id = await started('alone');
  const con = await host.login(id);
  await quiet(con);
  const link: Link = { kind: 'transport', transport: 'daemon', options: { socket: path } };
  expect(await lead(id, link)).toBe('nic-absent');
  expect(await cards(con)).toBe('lo');
  socket.close();
  await ended(id);
});

test('a card that the guest uses and nobody can ask it to put down', async () => {
  const id = await started('busy', { kind: 'internet', reachesHost: true, forwards: [] });
  const con = await host.login(id);
  await quiet(con);
  await addressed(con, 'eth0', '10.0.2.15');
  await con.run("kill -STOP $(ps | grep '[p]addock-guest-tools' | awk '{print $1}')");
  expect(await lead(id)).toBe('nic-open');
  expect(await reaches(con, '10.0.2.2')).toBe('yes');
  // Put down by hand, it goes.
  await con.run('ip link set eth0 down');
  expect(await lead(id)).toBeNull();
  expect(await cards(con)).toBe('lo');
  await ended(id);
});
