import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TransportName } from '@shared/networks/transports/index.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { ConsoleReader } from '../testing/console-reader.js';
import { kernelEnv } from '../../../e2e/oracles/kernel-env.js';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, socketPair } from '../platform/libc.js';
import { GuestByHand } from '../testing/guest-by-hand.js';
import { TestHost } from '../testing/test-host.js';

// The traps of networks (facts/networking 0): each is refused before the start with its reason, or does no harm. In a
// network namespace that the host of this test has alone.
vi.setConfig({ testTimeout: 90_000 });

const isRoot = process.getuid?.() === 0;
let host: TestHost;
const helpers: ChildProcess[] = [];
const inside = (...argv: string[]): string =>
  execFileSync('nsenter', ['--target', String(host.pid), '--net', '--', ...argv], { encoding: 'utf8' });

beforeAll(async () => {
  if (!isRoot) return;
  host = TestHost.folders();
  // /sys tells of the namespace that it was mounted in.
  const prepare = 'mount -t sysfs sysfs /sys; ip link set lo up; exec "$@"';
  await host.launch({ under: ['unshare', '--net', '--mount', '--', 'sh', '-c', prepare, 'sh'] });
});
afterAll(async () => {
  for (const child of helpers) child.kill('SIGKILL');
  if (isRoot) await host.remove();
});

const by = (name: string, transport: TransportName, options: Record<string, string>): Promise<VmId> =>
  host.makeTiny({
    name,
    consoles: 1,
    nics: [{ unit: 0, link: { kind: 'transport', transport, options } }],
  });
const refusal = (id: VmId): unknown => {
  const { state, problem } = host.vm(id);
  expect(state).toBe('defined');
  return problem;
};
const ends = async (...ids: VmId[]): Promise<void> => {
  for (const id of ids) {
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
  }
};
async function addressed(id: VmId, device: string, address: string): Promise<ConsoleReader> {
  const con = await host.login(id);
  await con.run(
    `dmesg -n 1; pkill udhcpc; ip addr add ${address}/24 dev ${device}; ip link set ${device} up`,
  );
  return con;
}

describe.skipIf(!isRoot)('before the start', () => {
  test('a path where no switch is: vde and daemon', async () => {
    const missing = join(host.home, 'nothing');
    expect(refusal(await by('vde-path', 'legacy-vde', { vnl: missing }))).toMatchObject({
      code: 'nic-path',
      params: { path: missing, why: 'there is nothing' },
    });
    expect(refusal(await by('daemon-path', 'daemon', { socket: missing }))).toMatchObject({
      code: 'nic-path',
      params: { why: 'there is nothing' },
    });
    const file = join(host.home, 'file');
    writeFileSync(file, '');
    expect(refusal(await by('daemon-file', 'daemon', { socket: file }))).toMatchObject({
      code: 'nic-path',
      params: { why: 'it is not a socket' },
    });
    expect(refusal(await by('vde-file', 'legacy-vde', { vnl: file }))).toMatchObject({
      code: 'nic-path',
      params: { why: 'it is not a switch' },
    });
  });

  test('a switch that is down, of which the socket is still there', async () => {
    const socket = join(host.home, 'run/dead');
    const vnl = join(host.home, 'run/dead-vde');
    const dead: ChildProcess[] = [];
    for (const argv of [
      ['uml_switch', '-unix', socket],
      ['vde_switch', '--sock', vnl, '--mgmt', join(host.home, 'run/dead.mgmt')],
    ] as [string, ...string[]][]) {
      const child = spawn(argv[0], argv.slice(1), { stdio: ['pipe', 'ignore', 'ignore'] });
      helpers.push(child);
      dead.push(child);
    }
    await vi.waitFor(() => expect([existsSync(socket), existsSync(join(vnl, 'ctl'))]).toEqual([true, true]));
    for (const child of dead) {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await gone;
    }
    expect([existsSync(socket), existsSync(join(vnl, 'ctl'))]).toEqual([true, true]);
    for (const [name, transport, options] of [
      ['daemon-down', 'daemon', { socket }],
      ['vde-down', 'legacy-vde', { vnl }],
    ] as [string, TransportName, Record<string, string>][])
      expect(refusal(await by(name, transport, options)), name).toMatchObject({
        code: 'nic-path',
        params: { why: 'nobody listens there' },
      });
  });

  test('a second machine on a tap, also by the transports of the expert', async () => {
    inside('ip', 'tuntap', 'add', 'dev', 'trap0', 'mode', 'tap');
    inside('ip', 'link', 'set', 'trap0', 'up');
    const first = await by('tap-one', 'tap', { ifname: 'trap0' });
    expect(host.vm(first).problem).toBeNull();
    const busy = { code: 'nic-tap', params: { ifname: 'trap0', why: 'tap-one has it' } };
    expect(refusal(await by('tap-two', 'tap', { ifname: 'trap0' }))).toMatchObject(busy);
    expect(refusal(await by('tap-three', 'tuntap', { ifname: 'trap0' }))).toMatchObject(busy);
    const con = await addressed(first, 'vec0', '10.8.1.1');
    await con.run('true');
    await ends(first);
    // Somebody else’s program has it open.
    const other = spawn(
      'nsenter',
      [
        '--target',
        String(host.pid),
        '--net',
        '--',
        'python3',
        '-c',
        "import fcntl,os,struct,sys;f=os.open('/dev/net/tun',os.O_RDWR);fcntl.ioctl(f,0x400454ca,struct.pack('16sH22x',b'trap0',0x1002));print(1,flush=True);sys.stdin.read()",
      ],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    helpers.push(other);
    await new Promise((done) => other.stdout.once('data', done));
    expect(refusal(await by('tap-four', 'tap', { ifname: 'trap0' }))).toMatchObject({
      code: 'nic-tap',
      params: { why: 'another program has it open' },
    });
    other.stdin.end();
    await new Promise((done) => other.once('exit', done));
    inside('ip', 'link', 'del', 'trap0');
    expect(refusal(await by('tap-none', 'tap', { ifname: 'trap0' }))).toMatchObject({
      code: 'nic-tap',
      params: { why: 'there is none' },
    });
  });

  test('a UDP port that another has', async () => {
    const taken = spawn(
      'nsenter',
      [
        '--target',
        String(host.pid),
        '--net',
        '--',
        'python3',
        '-c',
        "import socket,sys;s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.bind(('127.0.0.1',1790));print(1,flush=True);sys.stdin.read()",
      ],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    helpers.push(taken);
    await new Promise((done) => taken.stdout.once('data', done));
    const options = { src: '127.0.0.1', dst: '127.0.0.1', udp: '1', srcport: '1790', dstport: '1791' };
    const sessions = { rx_session: '1', tx_session: '2' };
    expect(refusal(await by('udp', 'l2tpv3', { ...options, ...sessions }))).toMatchObject({
      code: 'nic-port',
      params: { address: '127.0.0.1', port: 1790, why: 'something else listens there' },
    });
    const ucast = { address: '127.0.0.1', listen: '1790', remote: '1791' };
    expect(refusal(await by('udp2', 'ucast', ucast))).toMatchObject({
      code: 'nic-port',
      params: { port: 1790 },
    });
  });

  test('a range that this computer has a way to, also by an interface without a carrier', async () => {
    inside('ip', 'tuntap', 'add', 'dev', 'trap1', 'mode', 'tap');
    inside('ip', 'addr', 'add', '10.123.0.1/24', 'dev', 'trap1');
    inside('ip', 'link', 'set', 'trap1', 'up');
    const outcome = await host.client.call('networks.create', {
      name: 'clash',
      kind: 'switch',
      internet: false,
      reachesHost: false,
      subnet: '10.123.0.0/25',
      carrier: null,
    });
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: 'network-subnet', params: { why: expect.stringContaining('trap1') } },
    });
    inside('ip', 'link', 'del', 'trap1');
  });
});

describe.skipIf(!isRoot)('while it runs', () => {
  test('gro is always written, unless an expert says otherwise', async () => {
    const word = async (id: VmId): Promise<string> =>
      (await host.client.must('vms.commandLine', { id })).argv.find((one) => one.startsWith('vec0:')) ?? '';
    expect(await word(await by('gro', 'tap', { ifname: 'trap9' }))).toContain('gro=1');
    const without = await word(await by('no-gro', 'tap', { ifname: 'trap9', gro: '0' }));
    expect(without).toContain('gro=0');
    expect(without).not.toContain('gro=1');
  });

  test('with gro TCP from this computer arrives whole; without it nothing does, and that is why', async () => {
    inside('ip', 'tuntap', 'add', 'dev', 'trap5', 'mode', 'tap');
    inside('ip', 'addr', 'add', '10.9.5.254/24', 'dev', 'trap5');
    inside('ip', 'link', 'set', 'trap5', 'up');
    const web = join(host.home, 'web');
    mkdirSync(web);
    const body = randomBytes(3_000_000);
    writeFileSync(join(web, 'f'), body);
    const serve = ['busybox', 'httpd', '-f', '-p', '8005', '-h', web];
    helpers.push(
      spawn('nsenter', ['--target', String(host.pid), '--net', '--', ...serve], { stdio: 'ignore' }),
    );
    const fetched = async (name: string, options: Record<string, string>): Promise<string> => {
      const id = await by(name, 'tap', { ifname: 'trap5', ...options });
      const con = await addressed(id, 'vec0', '10.9.5.1');
      await con.run('until ping -c 1 -W 1 10.9.5.254 >/dev/null 2>&1; do :; done');
      const sum = await con.run(
        'timeout 6 wget -q -O /f http://10.9.5.254:8005/f && sha256sum < /f | cut -d" " -f1 || echo nothing',
      );
      await ends(id);
      // The shell says that it ended what took too long.
      return sum.split('\n').at(-1) ?? '';
    };
    expect(await fetched('gro-given', {})).toBe(createHash('sha256').update(body).digest('hex'));
    expect(await fetched('gro-missing', { gro: '0' })).toBe('nothing');
  });

  test('an open descriptor is gone for ever once the guest puts its card down: why fd is not offered', async () => {
    const pair = Buffer.alloc(8);
    // One frame a packet, as UML's fd transport has it.
    expect(socketPair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair)).toBe(0);
    const { path: image } = await host.client.must('images.makeTiny', {});
    const [kernel] = Object.values(host.state.kernels);
    const guests = [0, 4].map((offset, n) => {
      const fd = pair.readInt32LE(offset);
      const word = `vec0:transport=fd,fd=3,depth=128,mac=02:50:44:00:00:0${n + 1}`;
      return new GuestByHand(kernel?.path ?? '', image, word, { env: kernelEnv(), fd });
    });
    try {
      for (const [n, guest] of guests.entries()) {
        await guest.login();
        await guest.run(
          `dmesg -n 1; kill $(pidof udhcpc); ip addr flush dev vec0; ip addr add 10.9.6.${n + 1}/24 dev vec0; ip link set vec0 up`,
        );
      }
      const [one] = guests;
      const ping = 'ping -c 1 -W 3 10.9.6.2 >/dev/null 2>&1 && echo yes || echo no';
      expect(await one?.run(ping)).toBe('yes');
      expect(await one?.run('ip link set vec0 down; ip link set vec0 up 2>/dev/null; echo $?')).not.toBe('0');
      expect(await one?.run(ping)).toBe('no');
    } finally {
      for (const guest of guests) await guest.end();
      for (const offset of [0, 4]) closeSync(pair.readInt32LE(offset));
    }
  });

  test('a noisy uml_switch goes on, because what it says is thrown away', async () => {
    const socket = join(host.home, 'run/noisy');
    // Its data socket has an abstract name, which belongs to a network namespace.
    const where = ['--target', String(host.pid), '--net', '--'];
    helpers.push(
      spawn('nsenter', [...where, 'uml_switch', '-unix', socket], { stdio: ['pipe', 'ignore', 'ignore'] }),
    );
    await vi.waitFor(() => expect(existsSync(socket)).toBe(true));
    const [one, two] = [
      await by('noisy-one', 'daemon', { socket }),
      await by('noisy-two', 'daemon', { socket }),
    ];
    const con1 = await addressed(one, 'eth0', '10.8.0.1');
    const con2 = await addressed(two, 'eth0', '10.8.0.2');
    const sum = await con1.run(
      'mkdir -p /s; dd if=/dev/urandom of=/s/f bs=1k count=8000 2>/dev/null; httpd -p 8000 -h /s; sha256sum < /s/f | cut -d" " -f1',
    );
    expect(await con2.run(`timeout 40 wget -q -O - http://10.8.0.1:8000/f | sha256sum | cut -d' ' -f1`)).toBe(
      sum,
    );
    await ends(one, two);
  });
});
