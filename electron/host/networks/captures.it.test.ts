import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  CAPTURE_SLACK_BYTES,
  type Capture,
  type CaptureLimits,
  type LinkEnd,
} from '@shared/networks/capture.js';
import { unimpaired } from '@shared/networks/impairment.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { captureFile, tcpdumpLines, twoOn, type LabGuest } from '../testing/link-lab.js';
import { hasTun } from '../../../e2e/oracles/tun.js';
import { TestHost } from '../testing/test-host.js';

vi.setConfig({ testTimeout: 90_000 });

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(async () => {
  await host.remove();
});

const whole: CaptureLimits = { bytes: 64 * 1024 * 1024, seconds: null };

const begin = async (end: LinkEnd, limits: CaptureLimits = whole): Promise<string> =>
  (await host.client.must('captures.start', { ...end, limits })).id;
const capture = (id: string): Capture => {
  const found = host.state.captures[id];
  if (!found) throw new Error(`no capture ${id}`);
  return found;
};
const ended = (id: string): Promise<Capture> =>
  host.until('the end of a capture', ({ captures }) => captures[id]?.endedAt != null && captures[id]);
const ping = async (from: LabGuest, to: LabGuest, count: number): Promise<void> => {
  expect(await from.con.run(`ping -c ${count} -i 0.2 -W 5 ${to.address} >/dev/null && echo yes`)).toBe('yes');
};
/** What still captures. */
const capturing = (): number[] => processesNaming(`${host.dataDir}/captures/`);

/** The echoes between two guests, as tcpdump has them and as the summary has them. */
async function expectEchoes(id: string, one: LabGuest, two: LabGuest, count: number): Promise<void> {
  const path = captureFile(host, capture(id));
  const requests = tcpdumpLines(path, `icmp and src ${two.address} and dst ${one.address}`);
  const replies = tcpdumpLines(path, `icmp and src ${one.address} and dst ${two.address}`);
  expect(requests.filter((line) => line.includes('ICMP echo request'))).toHaveLength(count);
  expect(replies.filter((line) => line.includes('ICMP echo reply'))).toHaveLength(count);
  const summary = await host.client.must('captures.read', { id, lines: 1000 });
  expect(summary.packets).toBe(tcpdumpLines(path, '').length);
  expect(summary.protocols.find(({ name }) => name === 'ICMP')?.packets).toBe(2 * count);
  expect(summary.conversations).toContainEqual(
    expect.objectContaining({ a: one.address, b: two.address, protocol: 'ICMP', packets: 2 * count }),
  );
  const first = summary.first.find(({ protocol }) => protocol === 'ICMP');
  expect(first).toMatchObject({ source: two.address, destination: one.address });
  expect(first?.info).toMatch(/^Echo request id \d+ seq 0$/);
  expect(summary.cut).toBeNull();
}

test.each(hasTun ? (['namespace', 'cable', 'vde'] as const) : (['cable', 'vde'] as const))(
  'a ping is captured, once a frame, and is read by others: %s',
  async (what) => {
    const { networkId, one, two } = await twoOn(host, what);
    // So that no other card has what this one sends.
    await ping(two, one, 1);
    const id = await begin(one.end);
    expect(capture(id)).toMatchObject({ vmName: 'one', networkName: 'my lab', endedAt: null, ended: null });
    const again = await host.client.call('captures.start', { ...one.end, limits: whole });
    expect(again).toMatchObject({ ok: false, error: { code: 'capture-refused' } });
    expect(await host.client.call('captures.delete', { id })).toMatchObject({
      ok: false,
      error: { code: 'capture-goes-on' },
    });
    await ping(two, one, 3);
    // It can be looked at while it goes on.
    await vi.waitFor(async () =>
      expect((await host.client.must('captures.read', { id, lines: 0 })).packets).toBeGreaterThanOrEqual(6),
    );
    await host.client.must('captures.stop', { id });
    expect(capture(id)).toMatchObject({ ended: 'asked', problem: null });
    expect(capture(id).file).toMatch(/^my-lab-one-0-\d{4}-\d\d-\d\d-\d{6}\.pcap$/);
    await expectEchoes(id, one, two, 3);
    expect(capturing()).toEqual([]);
    await ping(two, one, 1);
    await expectEchoes(id, one, two, 3);

    const copy = join(host.home, 'copy.pcap');
    await host.client.must('captures.save', { id, path: copy });
    expect(tcpdumpLines(copy, 'icmp')).toHaveLength(6);
    expect(await host.client.call('captures.save', { id, path: copy })).toMatchObject({
      ok: false,
      error: { code: 'export-exists' },
    });

    // One that goes on when its machine ends is whole, too.
    const second = await begin(two.end);
    await ping(two, one, 2);
    await host.client.must('vms.stop', { id: two.id, how: 'force' });
    await host.untilState(two.id, 'stopped');
    expect(await ended(second)).toMatchObject({ ended: 'link', problem: null });
    await expectEchoes(second, one, two, 2);
    await host.client.must('vms.stop', { id: one.id, how: 'force' });
    await host.until('off', ({ networks }) => networks[networkId]?.state === 'off');
    expect(capturing()).toEqual([]);
    expect(processesNaming(`${host.runtimeDir}/net`)).toEqual([]);
    for (const each of [id, second]) await host.client.must('captures.delete', { id: each });
    expect(readdirSync(join(host.dataDir, 'captures'))).toEqual([]);
    expect(host.state.captures).toEqual({});
  },
);

test.skipIf(!hasTun)('a card that is moved or taken out ends its own captures, and no other’s', async () => {
  const make = async (name: string): Promise<string> => {
    const wanted = { name, internet: false, reachesHost: false, subnet: null, carrier: null };
    return (await host.client.must('networks.create', { kind: 'switch', ...wanted })).id;
  };
  const [left, right] = [await make('left'), await make('right')];
  const to = (networkId: string) => ({ kind: 'network' as const, networkId, forwards: [] });
  const nics = [left, right].map((networkId, unit) => ({ unit, link: to(networkId) }));
  const vmId = await host.makeTiny({ name: 'one', consoles: 1, nics });
  // Its guest puts the card down that is taken out.
  await host.login(vmId);
  const lead = (...wanted: string[]) =>
    host.client.must('vms.configure', {
      id: vmId,
      changes: {
        nics: wanted.map((networkId, unit) => ({ ...host.vm(vmId).nics[unit], unit, link: to(networkId) })),
      },
    });
  const stays = await begin({ networkId: left, vmId, unit: 0 });
  const moved = await begin({ networkId: right, vmId, unit: 1 });
  await lead(left, left);
  expect(capture(moved)).toMatchObject({ ended: 'link', problem: null });
  expect(capture(stays).endedAt).toBeNull();
  const gone = await begin({ networkId: left, vmId, unit: 1 });
  await lead(left);
  expect(capture(gone)).toMatchObject({ ended: 'link', problem: null });
  expect(capture(stays).endedAt).toBeNull();
  await host.client.must('captures.stop', { id: stays });
  expect(capture(stays)).toMatchObject({ ended: 'asked', problem: null });
});

test.skipIf(!hasTun)(
  'one that is full ends, and its file is whole; so does one whose time is up',
  async () => {
    const { one, two } = await twoOn(host, 'namespace');
    await one.con.run('mkdir /s; dd if=/dev/zero of=/s/f bs=1k count=2000 2>/dev/null; httpd -p 81 -h /s');
    const bytes = 200_000;
    const id = await begin(one.end, { bytes, seconds: null });
    await two.con.run(`wget -q -O /dev/null http://${one.address}:81/f`);
    const full = await ended(id);
    expect(full).toMatchObject({ ended: 'size', problem: null });
    const path = captureFile(host, full);
    expect(statSync(path).size).toBe(full.bytes);
    expect(full.bytes).toBeGreaterThanOrEqual(bytes);
    expect(full.bytes).toBeLessThanOrEqual(bytes + CAPTURE_SLACK_BYTES);
    const packets = tcpdumpLines(path, '').length;
    const summary = await host.client.must('captures.read', { id, lines: 3 });
    expect(summary).toMatchObject({ packets, cut: null });
    expect(summary.first).toHaveLength(3);
    expect(summary.protocols.map(({ name }) => name)).toContain('TCP');

    const timed = await begin(one.end, { bytes: 1024 * 1024, seconds: 2 });
    await ping(two, one, 1);
    expect(await ended(timed)).toMatchObject({ ended: 'time', problem: null });
    await expectEchoes(timed, one, two, 1);
    expect(capturing()).toEqual([]);
  },
);

test.skipIf(!hasTun)('a host that was killed: the capture goes on, and ends under a later one', async () => {
  const { one, two } = await twoOn(host, 'namespace');
  const id = await begin(one.end);
  await ping(two, one, 1);
  expect(await two.con.run(`setsid ping -c 5 -i 0.5 ${one.address} > /out 2>&1 & echo began`)).toContain(
    'began',
  );
  await host.killHost();
  expect(capturing()).toHaveLength(1);
  await host.launch();
  expect(capture(id)).toMatchObject({ endedAt: null });
  await host.until('a way in', ({ vms }) => vms[two.id]?.rescue?.state === 'ready');
  const rescue = await host.rescueLogin(two.id);
  expect(await rescue.run('until grep -q "5 packets received" /out; do sleep 0.2; done; echo all')).toBe(
    'all',
  );
  await host.client.must('captures.stop', { id });
  await expectEchoesAfterRestart(id, one, two);
  expect(capturing()).toEqual([]);

  // One whose file somebody took away, and one that ended while no host was there.
  const gone = await begin(one.end);
  await host.killHost();
  for (const pid of capturing()) process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(capturing()).toEqual([]));
  await host.launch();
  expect(await ended(gone)).toMatchObject({ ended: 'failed' });
  rmSync(captureFile(host, capture(id)));
  await host.killHost();
  await host.launch();
  expect(host.state.captures[id]).toBeUndefined();
  expect(existsSync(captureFile(host, capture(gone)))).toBe(true);
  expect(readdirSync(join(host.dataDir, 'captures'))).toHaveLength(2);
});

/** Two pings, of which the second has a name of its own. */
async function expectEchoesAfterRestart(id: string, one: LabGuest, two: LabGuest): Promise<void> {
  const lines = tcpdumpLines(captureFile(host, capture(id)), `icmp and src ${two.address}`);
  expect(lines).toHaveLength(6);
  const summary = await host.client.must('captures.read', { id, lines: 10 });
  expect(summary.protocols.find(({ name }) => name === 'ICMP')?.packets).toBe(12);
  expect(one.address).not.toBe(two.address);
}

test.skipIf(process.getuid?.() !== 0)(
  'an ordinary user captures, too; without /dev/net/tun a cable is as good as it can be',
  async () => {
    const user = OrdinaryUser.make();
    const own = TestHost.folders();
    try {
      await own.launchAs(user);
      const facts = await own.client.must('networks.facts', {});
      const { one, two } = await twoOn(own, 'cable');
      const { id } = await own.client.must('captures.start', { ...one.end, limits: whole });
      await ping(two, one, 2);
      await own.client.must('captures.stop', { id });
      const found = own.state.captures[id];
      expect(found).toMatchObject({ ended: 'asked', problem: null });
      expect(tcpdumpLines(join(own.dataDir, 'captures', found?.file ?? ''), 'icmp')).toHaveLength(4);
      const impaired = await own.client.call('links.impair', {
        ...one.end,
        impairment: { ...unimpaired, delayMs: 50 },
      });
      if (facts.tun === null) expect(impaired.ok).toBe(true);
      else
        expect(impaired).toMatchObject({
          ok: false,
          error: { code: 'impair-refused', params: { why: facts.tun } },
        });
    } finally {
      await own.remove();
      user.remove();
    }
  },
);

test.skipIf(!hasTun)('a capture is shown in Wireshark, where there is one', async () => {
  const { one } = await twoOn(host, 'namespace');
  const id = await begin(one.end);
  await host.client.must('captures.stop', { id });
  const facts = await host.client.must('networks.facts', {});
  if (facts.missing['wireshark'] !== undefined)
    expect(await host.client.call('captures.open', { id })).toMatchObject({
      ok: false,
      error: { code: 'viewer-missing' },
    });
  // In its place one that only says what it was given.
  await host.killHost();
  const tools = join(host.home, 'tools');
  mkdirSync(tools);
  writeFileSync(
    join(tools, 'wireshark'),
    `#!/bin/sh\necho "$@" > ${tools}/said.new\nmv ${tools}/said.new ${tools}/said\n`,
    {
      mode: 0o755,
    },
  );
  host.env['PATH'] = `${tools}:${host.env['PATH']}`;
  await host.launch();
  await host.client.must('captures.open', { id });
  await vi.waitFor(() =>
    expect(readFileSync(join(tools, 'said'), 'utf8')).toBe(`${captureFile(host, capture(id))}\n`),
  );
});

test('what can’t be captured is refused with its reason', async () => {
  const { id: networkId } = await host.client.must('networks.create', {
    name: 'lab',
    kind: 'cable',
    internet: false,
    reachesHost: false,
    subnet: null,
    carrier: null,
  });
  const vmId = await host.makeTiny({
    name: 'off',
    start: false,
    nics: [{ unit: 0, link: { kind: 'network', networkId, forwards: [] } }],
  });
  const code = async (end: LinkEnd): Promise<string | null> => {
    const outcome = await host.client.call('captures.start', { ...end, limits: whole });
    return outcome.ok ? null : outcome.error.code;
  };
  expect(await code({ networkId, vmId, unit: 0 })).toBe('link-off');
  expect(await code({ networkId, vmId, unit: 1 })).toBe('link-unknown');
  expect(await code({ networkId: 'aaaaaaaa', vmId, unit: 0 })).toBe('network-unknown');
  expect(await host.client.call('captures.stop', { id: 'aaaaaaaa' })).toMatchObject({
    ok: false,
    error: { code: 'capture-unknown' },
  });
  expect(existsSync(join(host.dataDir, 'captures'))).toBe(true);
  expect(readdirSync(join(host.dataDir, 'captures'))).toEqual([]);
});
