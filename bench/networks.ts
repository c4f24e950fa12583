import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, truncateSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Kernel } from '../shared/kernels/kernel.js';
import { macOf } from '../shared/networks/mac.js';
import { deviceName, nicWord, transports, type TransportName } from '../shared/networks/transports/index.js';
import type { TransportRight } from '../shared/networks/transports/transport.js';
import type { VmId } from '../shared/vms/vm-id.js';
import { kernelEnv } from '../e2e/oracles/kernel-env.js';
import { TestHost } from '../electron/host/testing/test-host.js';
import { median } from '@shared/benchmarks/statistics.js';
import { GuestByHand, type Guest } from '../electron/host/testing/guest-by-hand.js';

/** So much goes each way; a file with a hole, so that no disk is in it. */
const MEBIBYTES = 96;
const REPEATS = 3;

type Options = Record<string, string>;
/** What is measured: between two guests when there are two options, else between a guest and this computer. */
interface Pair {
  title: string;
  transport: TransportName;
  one: Options;
  two: Options | null;
  /** Where this computer is, when there is one guest. */
  at?: string;
  /** What it needs, where that is not the transport's own. */
  right?: TransportRight;
  /** Nothing goes from this computer to the guest. */
  onlyIn?: boolean;
}

/** Mbit/s each way; null for a way that there is not. */
interface Rates {
  there: number | null;
  back: number | null;
}

const lo = { src: '127.0.0.1', dst: '127.0.0.2' };
const otherWay = { src: '127.0.0.2', dst: '127.0.0.1' };
const near = { src: '127.0.0.1', dst: '127.0.0.1', udp: '1' };
const ports = [
  { srcport: '1706', dstport: '1707', rx_session: '1', tx_session: '2' },
  { srcport: '1707', dstport: '1706', rx_session: '2', tx_session: '1' },
] as const;
const multicast = { group: '239.192.168.1', port: '1102' };

function pairsOf(socket: string, folder: string, { transports: has }: Kernel): Pair[] {
  // The newer one came with 6.12, and takes the kind of a place before its path.
  const isVector = has?.includes('vector-vde') === true;
  const vde = isVector ? 'vector-vde' : 'legacy-vde';
  const vnl = isVector ? `vde://${folder}` : folder;
  return [
    { title: 'tap', transport: 'tap', one: { ifname: 'tap0' }, two: null, at: '10.6.10.254' },
    { title: 'hybrid', transport: 'hybrid', one: { ifname: 'tap1' }, two: null, at: '10.6.11.254' },
    { title: 'tuntap (older)', transport: 'tuntap', one: { ifname: 'tap2' }, two: null, at: '10.6.12.254' },
    { title: 'raw on a veth pair', transport: 'raw', one: { ifname: 'bench2' }, two: null, at: '10.7.0.254' },
    {
      title: 'vde, slirp:// (internet)',
      transport: vde,
      one: { vnl: 'slirp://' },
      two: null,
      at: '10.0.2.2',
      onlyIn: true,
    },
    { title: 'gre', transport: 'gre', one: lo, two: otherWay },
    {
      title: 'l2tpv3 over IP',
      transport: 'l2tpv3',
      right: 'net-raw',
      one: { ...lo, rx_session: '1', tx_session: '2' },
      two: { ...otherWay, rx_session: '2', tx_session: '1' },
    },
    {
      title: 'l2tpv3 over UDP',
      transport: 'l2tpv3',
      one: { ...near, ...ports[0] },
      two: { ...near, ...ports[1] },
    },
    {
      title: 'ucast (older)',
      transport: 'ucast',
      one: { address: '127.0.0.1', listen: '2201', remote: '2202' },
      two: { address: '127.0.0.1', listen: '2202', remote: '2201' },
    },
    { title: 'mcast (older)', transport: 'mcast', one: multicast, two: multicast },
    { title: 'uml_switch (older)', transport: 'daemon', one: { socket }, two: { socket } },
    { title: `vde_switch${isVector ? '' : ' (older)'}`, transport: vde, one: { vnl }, two: { vnl } },
  ];
}

/**
 * Every transport that can be tried here, in a network namespace of the bench's own, by machines of the app's and by
 * kernels that are started by hand with the same argument: bytes by HTTP, one stream of TCP, both ways.
 */
export async function benchNetworks(): Promise<void> {
  if (process.getuid?.() !== 0) return void process.stdout.write('\nnetworks: only root can measure them\n');
  const host = TestHost.folders();
  const helpers: ChildProcess[] = [];
  const prepare =
    'mount -t sysfs sysfs /sys; ip link set lo up multicast on; ip route add 239.192.168.0/24 dev lo; exec "$@"';
  await host.launch({ under: ['unshare', '--net', '--mount', '--', 'sh', '-c', prepare, 'sh'] });
  const under = ['nsenter', '--target', String(host.pid), '--net', '--mount', '--'];
  const inside = (...argv: string[]): string =>
    execFileSync('nsenter', [...under.slice(1), ...argv], { encoding: 'utf8' });
  const helper = async (path: string, ...argv: string[]): Promise<void> => {
    helpers.push(spawn('nsenter', [...under.slice(1), ...argv], { stdio: ['pipe', 'ignore', 'ignore'] }));
    await appeared(path);
  };
  try {
    const web = join(host.home, 'web');
    mkdirSync(web);
    writeFileSync(join(web, 'f'), '');
    truncateSync(join(web, 'f'), MEBIBYTES * 2 ** 20);
    await helper(web, 'busybox', 'httpd', '-f', '-p', '8000', '-h', web);
    // One each: what a vector transport told a tap of checksums stays with it, and an older one can't read that.
    for (const n of [0, 1, 2]) {
      inside('ip', 'tuntap', 'add', 'dev', `tap${n}`, 'mode', 'tap');
      inside('ip', 'addr', 'add', `10.6.1${n}.254/24`, 'dev', `tap${n}`);
      inside('ip', 'link', 'set', `tap${n}`, 'up');
    }
    inside('ip', 'link', 'add', 'bench1', 'type', 'veth', 'peer', 'name', 'bench2');
    inside('ip', 'addr', 'add', '10.7.0.254/24', 'dev', 'bench1');
    for (const name of ['bench1', 'bench2']) inside('ip', 'link', 'set', name, 'up');
    const socket = join(host.home, 'run/uml-switch');
    await helper(socket, 'uml_switch', '-unix', socket);
    const vnl = join(host.home, 'run/vde');
    await helper(join(vnl, 'ctl'), 'vde_switch', '--sock', vnl, '--mgmt', join(host.home, 'run/vde.mgmt'));
    const { path: image } = await host.client.must('images.makeTiny', {});
    const kernel = await kernelOf(host);
    const rows: { pair: Pair; app: Rates; hand: Rates }[] = [];
    for (const pair of pairsOf(socket, vnl, kernel)) {
      if (kernel.transports !== null && !kernel.transports.includes(pair.transport)) {
        process.stderr.write(`${pair.title}: kernel ${kernel.version} has it not\n`);
        continue;
      }
      process.stderr.write(`${pair.title}\n`);
      const app = await byApp(host, pair, kernel, inside);
      const hand = await byHand(kernel.path, image, pair, under, inside);
      rows.push({ pair, app, hand });
    }
    print(kernel.version, rows);
  } finally {
    for (const child of helpers) child.kill('SIGKILL');
    await host.remove();
  }
}

/** The kernel in PADDOCK_BENCH_KERNEL, or the first that is found. */
async function kernelOf(host: TestHost): Promise<Kernel> {
  const path = process.env['PADDOCK_BENCH_KERNEL'];
  if (path !== undefined) return (await host.client.must('kernels.probe', { path })).kernel;
  const [kernel] = Object.values(host.state.kernels);
  if (!kernel) throw new Error('there is no kernel');
  return kernel;
}

async function byApp(
  host: TestHost,
  pair: Pair,
  { path: kernelPath }: Kernel,
  inside: (...argv: string[]) => string,
): Promise<Rates> {
  const ids: VmId[] = [];
  const make = async (name: string, options: Options): Promise<Guest> => {
    const nics = [
      {
        unit: 0,
        link: { kind: 'transport' as const, transport: pair.transport, options: quick(pair, options) },
      },
    ];
    const id = await host.makeTiny({ name, consoles: 1, nics, kernelPath });
    ids.push(id);
    const { problem } = host.vm(id);
    if (problem) throw new Error(`${pair.title}: ${JSON.stringify(problem)}`);
    return host.login(id);
  };
  try {
    return await measure(pair, make, inside);
  } finally {
    for (const id of ids) {
      await host.client.must('vms.stop', { id, how: 'force' });
      await host.untilState(id, 'stopped');
      await host.client.must('vms.delete', { id });
    }
  }
}

async function byHand(
  kernel: string,
  image: string,
  pair: Pair,
  under: readonly string[],
  inside: (...argv: string[]) => string,
): Promise<Rates> {
  const guests: GuestByHand[] = [];
  const make = async (_name: string, options: Options): Promise<Guest> => {
    const mac = macOf([1, 2, guests.length]);
    const word = nicWord(pair.transport, 0, quick(pair, options), mac);
    const guest = new GuestByHand(kernel, image, word, { under, env: kernelEnv() });
    guests.push(guest);
    await guest.login();
    return guest;
  };
  try {
    return await measure(pair, make, inside);
  } finally {
    for (const guest of guests) await guest.end();
  }
}

/** The same options for both: a person who measures knows gro and depth, too (facts/networking 0.3). */
function quick({ transport }: Pair, options: Options): Options {
  return transports[transport].syntax === 'vector' ? { ...options, depth: '128', gro: '1' } : options;
}

async function measure(
  pair: Pair,
  make: (name: string, options: Options) => Promise<Guest>,
  inside: (...argv: string[]) => string,
): Promise<Rates> {
  const device = deviceName(pair.transport, 0);
  const subnet = (pair.at ?? '10.6.0.254').split('.').slice(0, 3).join('.');
  const prepare = async (guest: Guest, address: string): Promise<void> => {
    const serve = `mkdir -p /s; dd if=/dev/zero of=/s/f bs=1M count=0 seek=${MEBIBYTES} 2>/dev/null; httpd -p 8000 -h /s`;
    const take =
      pair.onlyIn === true
        ? `until ip -4 -o addr show ${device} | grep -q inet; do sleep 0.1; done`
        : `kill $(pidof udhcpc) 2>/dev/null; ip addr flush dev ${device}; ip addr add ${address}/24 dev ${device}; ip link set ${device} up`;
    await guest.run(`dmesg -n 1; ${take}; ${serve}`);
  };
  const first = await make('one', pair.one);
  await prepare(first, `${subnet}.1`);
  if (pair.two === null) {
    const here = pair.at ?? '10.6.0.254';
    const back = await rates(() => byGuest(first, here));
    const there =
      pair.onlyIn === true ? null : await rates(() => Promise.resolve(byHost(inside, `${subnet}.1`)));
    return { there, back };
  }
  const second = await make('two', pair.two);
  await prepare(second, `${subnet}.2`);
  return {
    there: await rates(() => byGuest(first, `${subnet}.2`)),
    back: await rates(() => byGuest(second, `${subnet}.1`)),
  };
}

async function rates(seconds: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  for (let n = 0; n < REPEATS; n += 1) found.push((MEBIBYTES * 2 ** 20 * 8) / 1e6 / (await seconds()));
  return median(found);
}

/** A guest fetches the file, and takes the time by its own clock: that of a console doesn't count. */
async function byGuest(guest: Guest, address: string): Promise<number> {
  const now = `cut -d' ' -f1 /proc/uptime`;
  const said = await guest.run(
    `a=$(${now}); wget -q -O /dev/null http://${address}:8000/f && echo $a $(${now})`,
    60,
  );
  const [begin, end] = said.split(' ').map(Number);
  if (begin === undefined || end === undefined || !(end > begin)) throw new Error(`not fetched: ${said}`);
  return end - begin;
}

function byHost(inside: (...argv: string[]) => string, address: string): number {
  const begin = performance.now();
  inside('timeout', '60', 'busybox', 'wget', '-q', '-O', '/dev/null', `http://${address}:8000/f`);
  return (performance.now() - begin) / 1000;
}

/** Resolves when a file or socket is there. */
function appeared(path: string): Promise<void> {
  return new Promise((resolve) => {
    mkdirSync(dirname(path), { recursive: true });
    const watcher = watch(dirname(path), () => look());
    const look = (): void => {
      if (!existsSync(path)) return;
      watcher.close();
      resolve();
    };
    look();
  });
}

function print(kernel: string, rows: readonly { pair: Pair; app: Rates; hand: Rates }[]): void {
  const number = (value: number | null): string => (value === null ? '–' : value.toFixed(0));
  const ratio = (a: number | null, b: number | null): number[] => (a === null || b === null ? [] : [a / b]);
  const rightWords = { none: 'none', tap: 'a tap of one’s own', 'net-raw': 'raw sockets (root)' } as const;
  process.stdout.write(
    `\nnetworks: kernel ${kernel}, ${MEBIBYTES} MiB by HTTP, one stream, Mbit/s, medians of ${REPEATS}; app / by hand\n\n` +
      '| transport | kernel | rights | with | result | there | back | app against by hand |\n|---|---|---|---|---|---|---|---|\n',
  );
  const all: number[] = [];
  for (const { pair, app, hand } of rows) {
    const both = [...ratio(app.there, hand.there), ...ratio(app.back, hand.back)];
    all.push(...both);
    process.stdout.write(
      `| ${pair.title} | ${kernel} | ${rightWords[pair.right ?? transports[pair.transport].right]} | ${pair.two ? 'a second guest' : 'this computer'} | works | ` +
        `${number(app.there)} / ${number(hand.there)} | ${number(app.back)} / ${number(hand.back)} | ${both.map((one) => one.toFixed(2)).join(', ')} |\n`,
    );
  }
  process.stdout.write(`\nmedian ratio ${median(all).toFixed(2)} (goal 0.95)\n`);
  process.stdout.write(
    `${JSON.stringify({
      bench: 'networks',
      unit: 'Mbit/s',
      kernel,
      rows: rows.map(({ pair, app, hand }) => ({ transport: pair.title, app, hand })),
    })}\n`,
  );
}
