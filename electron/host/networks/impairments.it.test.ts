import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LinkEnd } from '@shared/networks/capture.js';
import { unimpaired, type Impairment } from '@shared/networks/impairment.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { imageWithoutTools } from '../testing/image-without-tools.js';
import { captureFile, tcpdumpLines, twoOn, type LabGuest } from '../testing/link-lab.js';
import { hasTun } from '../../../e2e/oracles/tun.js';
import { lostOf } from '../testing/lost-of.js';
import { TestHost } from '../testing/test-host.js';

vi.setConfig({ testTimeout: 120_000 });

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(async () => {
  await host.remove();
});

const impair = (end: LinkEnd, wanted: Partial<Impairment> | null): Promise<{ now: boolean }> =>
  host.client.must('links.impair', { ...end, impairment: wanted && { ...unimpaired, ...wanted } });

/** What ping says in the guest, in ms: the quickest and the slowest of a few. wirefilter counts whole milliseconds. */
async function roundTrip(from: LabGuest, to: LabGuest): Promise<{ least: number; most: number }> {
  const said = await from.con.run(`ping -c 5 -i 0.2 -W 5 ${to.address} | tail -1`);
  const [, least, most] = /= ([\d.]+)\/[\d.]+\/([\d.]+) ms/.exec(said) ?? [];
  if (least === undefined) throw new Error(said);
  return { least: Number(least), most: Number(most) };
}

/** What of the impairers runs. */
const filters = (): number[] => processesNaming(`${host.runtimeDir}/net/impair-`);

test.each(hasTun ? (['namespace', 'cable'] as const) : (['cable'] as const))(
  'delay, loss and rate of a link, changed while it runs, and gone: %s',
  async (what) => {
    const { networkId, one, two } = await twoOn(host, what);
    expect((await roundTrip(two, one)).least).toBeLessThan(40);
    expect(await impair(one.end, { delayMs: 50 })).toEqual({ now: true });
    const ends = host.state.networks[networkId]?.ends ?? [];
    expect(ends[0]?.impairment).toEqual({ ...unimpaired, delayMs: 50 });
    // Both ends of a cable are one link.
    expect(ends[1]?.impairment).toEqual(what === 'cable' ? { ...unimpaired, delayMs: 50 } : null);
    expect((await roundTrip(two, one)).least).toBeGreaterThanOrEqual(98);
    expect((await roundTrip(one, two)).least).toBeGreaterThanOrEqual(98);

    // What is captured of it has each frame once.
    const { id: captureId } = await host.client.must('captures.start', {
      ...one.end,
      limits: { bytes: 1024 * 1024, seconds: null },
    });
    await roundTrip(two, one);
    await host.client.must('captures.stop', { id: captureId });
    const captured = host.state.captures[captureId];
    if (!captured) throw new Error('there is no capture');
    expect(tcpdumpLines(captureFile(host, captured), 'icmp')).toHaveLength(10);

    await impair(one.end, { delayMs: 20, jitterMs: 10 });
    const { least, most } = await roundTrip(two, one);
    expect(least).toBeGreaterThanOrEqual(20);
    expect(most).toBeGreaterThan(least);
    expect(least).toBeLessThan(100);

    await impair(one.end, { lossPercent: 100 });
    expect(
      await two.con.run(`ping -c 3 -i 0.2 -W 1 ${one.address} | grep -o '[0-9]* packets received'`),
    ).toBe('0 packets received');

    // Half a megabyte at 2 Mbit/s takes two seconds.
    await impair(one.end, { rateBits: 2_000_000 });
    await one.con.run('mkdir /s; dd if=/dev/zero of=/s/f bs=1k count=500 2>/dev/null; httpd -p 81 -h /s');
    const fetched = async (): Promise<number> =>
      Number(
        await two.con.run(
          `a=$(cut -d' ' -f1 /proc/uptime); wget -q -O /dev/null http://${one.address}:81/f && echo "$(cut -d' ' -f1 /proc/uptime) $a" | awk '{ print $1 - $2 }'`,
        ),
      );
    const slow = await fetched();
    expect(slow).toBeGreaterThan(1.5);
    expect(slow).toBeLessThan(10);

    await impair(one.end, null);
    expect(host.state.networks[networkId]?.ends[0]?.impairment).toBeNull();
    expect((await roundTrip(two, one)).least).toBeLessThan(40);
    expect(await fetched()).toBeLessThan(slow);
    expect(filters()).toEqual([]);

    // Kept with the card: there again when the machine is.
    await impair(one.end, { delayMs: 50 });
    for (const { id } of [one, two]) {
      await host.client.must('vms.stop', { id, how: 'force' });
      await host.untilState(id, 'stopped');
    }
    await host.until('off', ({ networks }) => networks[networkId]?.state === 'off');
    expect(filters()).toEqual([]);
    expect(processesNaming(`${host.runtimeDir}/net`)).toEqual([]);
    await host.client.must('vms.start', { id: one.id });
    await vi.waitFor(() => expect(filters()).toHaveLength(1));
    await host.client.must('vms.stop', { id: one.id, how: 'force' });
    await host.untilState(one.id, 'stopped');
    expect(filters()).toEqual([]);
  },
);

test.skipIf(!hasTun)('the gateway stays where guests know it, whatever joins their network', async () => {
  const { networkId, one } = await twoOn(host, 'namespace');
  const gateway = one.address.replace(/\d+$/, '1');
  const answered = (): Promise<string> =>
    one.con.run(`ping -c 1 -W 2 ${gateway} | grep -o '[0-9]* packets received'`);
  expect(await answered()).toBe('1 packets received');
  // A bridge without an address of its own would take this one, as the lowest.
  const words = `-t ${host.vm(one.id).pid} -U -n --preserve-credentials sh -c`.split(' ');
  execFileSync('nsenter', [
    ...words,
    `ip tuntap add dev low mode tap; ip link set low address 02:00:00:00:00:01 master br-${networkId} up`,
  ]);
  expect(await answered()).toBe('1 packets received');
  await impair(one.end, { delayMs: 20 });
  expect(await answered()).toBe('1 packets received');
});

test.skipIf(!hasTun)(
  'one that is killed comes back; a later host knows it, changes it and takes it away',
  async () => {
    const { networkId, one, two } = await twoOn(host, 'namespace');
    await impair(one.end, { delayMs: 50 });
    const killed = async (): Promise<number> => {
      const [pid = 0] = filters();
      process.kill(pid, 'SIGKILL');
      await vi.waitFor(() => expect(filters()).not.toContain(pid), 10_000);
      return pid;
    };
    const back = (): Promise<void> => vi.waitFor(() => expect(filters()).toHaveLength(1), 10_000);
    await killed();
    await back();
    expect((await roundTrip(two, one)).least).toBeGreaterThanOrEqual(98);
    // Again and again within a minute: given up, and the machines on it are told.
    for (const _ of [2, 3]) {
      await killed();
      await back();
    }
    await killed();
    expect((await lostOf(host, one.id)).join('\n')).toContain('the link is as good as it can be again');
    expect(filters()).toEqual([]);
    expect((await roundTrip(two, one)).least).toBeLessThan(40);
    await impair(one.end, { delayMs: 50 });

    await host.killHost();
    expect(filters()).toHaveLength(1);
    await host.launch();
    expect(filters()).toHaveLength(1);
    const mine = host.state.networks[networkId]?.ends.find(({ vmId }) => vmId === one.id);
    expect(mine?.impairment).toMatchObject({ delayMs: 50 });
    await impair(one.end, { delayMs: 80 });
    await host.until('a way in', ({ vms }) => vms[two.id]?.rescue?.state === 'ready');
    const con = await host.rescueLogin(two.id);
    expect((await roundTrip({ ...two, con }, one)).least).toBeGreaterThanOrEqual(158);
    for (const { id } of [one, two]) {
      await host.client.must('vms.stop', { id, how: 'force' });
      await host.untilState(id, 'stopped');
    }
    await host.until('off', ({ networks }) => networks[networkId]?.state === 'off');
    expect(filters()).toEqual([]);
    expect(processesNaming(`${host.runtimeDir}/net`)).toEqual([]);
  },
);

test.each(hasTun ? (['namespace', 'cable'] as const) : (['cable'] as const))(
  'two guests measure the way between them, and it is as narrow as it was made: %s',
  async (what) => {
    const { networkId, one, two } = await twoOn(host, what);
    for (const { id } of [one, two])
      await host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.readyAt != null);
    const { vmId, unit } = two.end;
    const measure = async (): Promise<string | null> => {
      const { jobId } = await host.client.must('links.measure', { from: one.end, to: { vmId, unit } });
      const job = await host.until(
        'the end of it',
        ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId],
        60,
      );
      expect(job.error).toBeNull();
      return job.result;
    };
    const found = () => host.state.networks[networkId]?.measurements ?? [];
    await measure();
    expect(found()).toHaveLength(1);
    const [free] = found();
    expect(free?.thereBits).toBeGreaterThan(20_000_000);
    expect(free?.backBits).toBeGreaterThan(20_000_000);
    await impair(one.end, { rateBits: 4_000_000, delayMs: 10 });
    expect(await measure()).toContain('Mbit/s there');
    expect(found()).toHaveLength(1);
    const [narrow] = found();
    for (const bits of [narrow?.thereBits ?? 0, narrow?.backBits ?? 0]) {
      expect(bits).toBeGreaterThan(2_000_000);
      expect(bits).toBeLessThan(5_000_000);
    }
    expect(narrow?.milliseconds).toBeGreaterThanOrEqual(18);
    expect(
      await host.client.call('links.measure', { from: one.end, to: { vmId: one.id, unit: 0 } }),
    ).toMatchObject({
      ok: false,
      error: { code: 'measure-refused' },
    });
  },
);

test('what can’t be measured is said: no address, no guest tools, off', async () => {
  const { networkId, one, two } = await twoOn(host, 'cable');
  for (const { id } of [one, two])
    await host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.readyAt != null);
  const { vmId, unit } = two.end;
  const measure = () => host.client.call('links.measure', { from: one.end, to: { vmId, unit } });
  await two.con.run('ip addr flush dev vec0');
  const begun = await measure();
  if (!begun.ok) throw new Error(begun.error.code);
  const { jobId } = begun.value;
  const job = await host.until(
    'the end of it',
    ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId],
    60,
  );
  expect(job.error).toMatchObject({ code: 'measure-no-address', params: { name: 'two', device: 'vec0' } });

  await host.client.must('vms.stop', { id: two.id, how: 'force' });
  await host.untilState(two.id, 'stopped');
  expect(await measure()).toMatchObject({ ok: false, error: { code: 'link-off' } });

  await host.client.must('vms.delete', { id: two.id });
  const plain = await host.makeTiny({
    name: 'plain',
    consoles: 1,
    image: imageWithoutTools((await host.client.must('images.makeTiny', {})).path, host.home),
    nics: [{ unit: 0, link: { kind: 'network', networkId, forwards: [] } }],
  });
  await host.login(plain);
  expect(
    await host.client.call('links.measure', { from: one.end, to: { vmId: plain, unit: 0 } }),
  ).toMatchObject({ ok: false, error: { code: 'guest-tools-absent', params: { name: 'plain' } } });
});

/** iperf3 of this computer with all that it is linked with, for guests that have none of it. */
function iperf3(): string[] | null {
  try {
    const said = execFileSync('sh', ['-c', 'ldd "$(command -v iperf3)" && command -v iperf3'], {
      encoding: 'utf8',
    });
    return said.match(/(?<=^|\s)\/\S+/gm);
  } catch {
    return null;
  }
}

test.skipIf(!hasTun || iperf3() === null)('guests with iperf3 measure by it', async () => {
  const { networkId, one, two } = await twoOn(host, 'namespace');
  for (const { id, con } of [one, two]) {
    await host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.readyAt != null);
    await con.run('mkdir -p /lib64 /lib/x86_64-linux-gnu /usr/bin; mount -t tmpfs t /lib/x86_64-linux-gnu');
    for (const path of new Set(iperf3())) {
      await host.client.must('guest.write', {
        id,
        guestPath: path,
        hostPath: realpathSync(path),
        replace: true,
      });
      await con.run(`chmod 755 ${path}`);
    }
  }
  await impair(one.end, { rateBits: 8_000_000 });
  const { vmId, unit } = two.end;
  const { jobId } = await host.client.must('links.measure', { from: one.end, to: { vmId, unit } });
  const job = await host.until(
    'the end of it',
    ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId],
    60,
  );
  expect(job.error).toBeNull();
  const [found] = host.state.networks[networkId]?.measurements ?? [];
  expect(found?.by).toBe('iperf3');
  for (const bits of [found?.thereBits ?? 0, found?.backBits ?? 0]) {
    expect(bits).toBeGreaterThan(4_000_000);
    expect(bits).toBeLessThan(9_000_000);
  }
});

test('on a VDE switch it counts from the next start on, and says so', async () => {
  const { networkId, one, two } = await twoOn(host, 'vde');
  expect(await impair(one.end, { delayMs: 50 })).toEqual({ now: false });
  expect(host.state.networks[networkId]?.ends[0]?.impairment).toMatchObject({ delayMs: 50 });
  expect((await roundTrip(two, one)).least).toBeLessThan(40);
  await host.client.must('vms.stop', { id: one.id, how: 'force' });
  await host.untilState(one.id, 'stopped');
  await host.client.must('vms.start', { id: one.id });
  const con = await host.login(one.id);
  await con.run(`dmesg -n 1; ip addr add ${one.address}/24 dev eth0; ip link set eth0 up`);
  expect((await roundTrip({ ...one, con }, two)).least).toBeGreaterThanOrEqual(98);
  // What does it is begun again when it ends.
  const [pid = 0] = processesNaming(`${host.runtimeDir}/net/${one.id}-0/wire`);
  process.kill(pid, 'SIGKILL');
  expect((await lostOf(host, one.id)).join('\n')).toContain(
    'Card 0 lost its way to its network for a moment: wirefilter ended',
  );
  expect((await roundTrip({ ...one, con }, two)).least).toBeGreaterThanOrEqual(98);
  // From now on it is changed while it runs.
  expect(await impair(one.end, null)).toEqual({ now: true });
  expect((await roundTrip(two, one)).least).toBeLessThan(40);
  for (const { id } of [one, two]) {
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
  }
  await host.until('off', ({ networks }) => networks[networkId]?.state === 'off');
  expect(processesNaming(`${host.runtimeDir}/net`)).toEqual([]);
});
