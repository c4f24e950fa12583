import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HostSetup } from '@shared/networks/host-setup.js';
import type { Link } from '@shared/networks/nic.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { needsWideXstate } from '../kernels/wide-xstate.js';
import { TestHost } from '../testing/test-host.js';

// What only root can make, in network and mount namespaces that the host of the test has alone. There is no polkit here:
// the pkexec that it finds by its PATH is a stand-in, which has the test carry out what it is given, as root.
vi.setConfig({ testTimeout: 90_000 });

const isRoot = process.getuid?.() === 0;
let host: TestHost;
let user: OrdinaryUser;
let polkit: Server;
/** What pkexec was asked for, and what it answers instead of doing it. */
let asked: string[][];
let refusal: number | null;

const inside = (...argv: string[]) =>
  spawnSync('nsenter', ['--target', String(host.pid), '--net', '--mount', '--', ...argv], {
    encoding: 'utf8',
  });
const ip = (...argv: string[]): string => inside('ip', ...argv).stdout;
const hasLink = (name: string): boolean => inside('ip', 'link', 'show', 'dev', name).status === 0;

beforeEach(async () => {
  if (!isRoot) return;
  asked = [];
  refusal = null;
  host = TestHost.folders();
  user = OrdinaryUser.make();
  const bin = join(host.home, 'bin');
  mkdirSync(bin);
  const socket = join(host.home, 'polkit.sock');
  const standIn = `#!${process.execPath}
const s = require('node:net').connect(${JSON.stringify(socket)});
let said = '';
s.on('data', (bytes) => (said += bytes));
s.on('end', () => { const { status, text } = JSON.parse(said); process.stderr.write(text); process.exit(status); });
s.end(JSON.stringify(process.argv.slice(2)));
`;
  writeFileSync(join(bin, 'pkexec'), standIn);
  chmodSync(join(bin, 'pkexec'), 0o755);
  polkit = createServer({ allowHalfOpen: true }, (connection) => {
    let words = '';
    connection.on('data', (bytes) => (words += String(bytes)));
    connection.on('end', () => {
      const argv = JSON.parse(words) as string[];
      asked.push(argv);
      const done = refusal === null ? inside(...argv) : { status: refusal, stderr: '' };
      connection.end(JSON.stringify({ status: done.status, text: done.stderr }));
    });
  });
  await new Promise<void>((done) => polkit.listen(socket, done));
  chmodSync(socket, 0o777);
  // /dev/net/tun is root's alone here, and everybody's on most computers.
  const tun = join(host.home, 'tun');
  execFileSync('mknod', ['-m', '0666', tun, 'c', '10', '200']);
  for (const path of [host.home, join(host.home, 'run')]) chownSync(path, user.uid, user.gid);
  host.env['PATH'] = `${bin}:${process.env['PATH'] ?? ''}`;
  const identity = `--reuid=${user.uid} --regid=${user.gid} --clear-groups`;
  await host.launch({
    under: [
      'unshare',
      '--net',
      '--mount',
      '--',
      'sh',
      '-c',
      `mount --bind ${tun} /dev/net/tun; mount -t sysfs sysfs /sys; ip link set lo up; exec setpriv ${identity} -- "$@"`,
      'sh',
    ],
  });
});
afterEach(async () => {
  if (!isRoot) return;
  await host.remove();
  polkit.close();
  user.remove();
});

const started = async (name: string, link: Link, kernelPath: string | null = null): Promise<VmId> => {
  const id = await host.makeTiny({ name, consoles: 1, kernelPath, nics: [{ unit: 0, link }] });
  expect(host.vm(id).problem).toBeNull();
  return id;
};

/** The guest, at `10.9.0.2`, fetches what this computer has at `10.9.0.1`, and this computer what the guest has. */
async function bothWays(id: VmId): Promise<void> {
  const web = join(host.home, 'web');
  mkdirSync(web, { recursive: true });
  execFileSync('dd', ['if=/dev/urandom', `of=${join(web, 'f')}`, 'bs=1k', 'count=300', 'status=none']);
  const server = inside(
    'sh',
    '-c',
    `busybox httpd -p 10.9.0.1:8000 -h ${web} && pgrep -n -f "httpd -p 10.9.0.1"`,
  );
  const con = await host.login(id);
  await con.run('dmesg -n 1; pkill udhcpc; ip addr add 10.9.0.2/24 dev vec0; ip link set vec0 up');
  try {
    const sum = execFileSync('sha256sum', [join(web, 'f')], { encoding: 'utf8' }).split(' ')[0];
    expect(await con.run(`timeout 20 wget -q -O - http://10.9.0.1:8000/f | sha256sum | cut -d' ' -f1`)).toBe(
      sum,
    );
    const theirs = await con.run(
      'mkdir /s; dd if=/dev/urandom of=/s/f bs=1k count=300 2>/dev/null; httpd -p 8000 -h /s; sha256sum < /s/f | cut -d" " -f1',
    );
    const got = inside('sh', '-c', `busybox wget -q -O - http://10.9.0.2:8000/f | sha256sum | cut -d' ' -f1`);
    expect(got.stdout.trim()).toBe(theirs);
  } finally {
    process.kill(Number(server.stdout.trim()), 'SIGKILL');
  }
}

const stop = async (id: VmId): Promise<void> => {
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
};
const list = () => host.client.must('hostSetups.list', {});

describe.skipIf(!isRoot)('as an ordinary user', () => {
  test('a tap: shown, made once through pkexec, owned, used, busy for a second machine, undone', async () => {
    const setup: HostSetup = { kind: 'tap', name: 'uml0', address: '10.9.0.1/24' };
    const { script, undoScript, why } = await host.client.must('hostSetups.plan', { setup });
    expect(why).toBeNull();
    await host.client.must('hostSetups.run', { setup });
    // What was shown is what was run, by one question.
    expect(asked).toEqual([['/bin/sh', '-ec', script]]);
    expect(ip('-d', 'tuntap', 'show', 'dev', 'uml0')).toContain(`persist user ${user.uid}`);
    expect(ip('-4', '-o', 'addr', 'show', 'dev', 'uml0')).toContain('10.9.0.1/24');
    expect(await list()).toMatchObject({
      isRoot: false,
      setups: [{ setup, state: 'there', use: 'uml0' }],
      taps: [{ ifname: 'uml0', owner: 'you', isBusy: false, addresses: ['10.9.0.1/24'] }],
    });
    const id = await started('one', { kind: 'tap', ifname: 'uml0' });
    await bothWays(id);
    expect((await list()).taps).toMatchObject([{ ifname: 'uml0', isBusy: true }]);
    const second = await host.makeTiny({
      name: 'two',
      nics: [{ unit: 0, link: { kind: 'tap', ifname: 'uml0' } }],
    });
    expect(host.vm(second).problem).toMatchObject({
      code: 'nic-tap',
      params: { why: 'one has it' },
    });
    await stop(id);
    // One that belongs to nobody, or to another, is refused, and so is what needs raw sockets.
    inside('ip', 'tuntap', 'add', 'dev', 'nobodys', 'mode', 'tap');
    inside('ip', 'tuntap', 'add', 'dev', 'roots', 'mode', 'tap', 'user', '0');
    const refused = async (name: string, link: Link): Promise<unknown> =>
      host.vm(await host.makeTiny({ name, nics: [{ unit: 0, link }] })).problem;
    expect(await refused('three', { kind: 'tap', ifname: 'nobodys' })).toMatchObject({
      code: 'nic-tap',
      params: { why: expect.stringContaining('it belongs to nobody') },
    });
    expect(await refused('four', { kind: 'tap', ifname: 'roots' })).toMatchObject({
      code: 'nic-tap',
      params: { why: 'it belongs to another user' },
    });
    const raw: Link = { kind: 'transport', transport: 'hybrid', options: { ifname: 'uml0' } };
    expect(await refused('five', raw)).toMatchObject({ code: 'nic-rights' });
    for (const name of ['nobodys', 'roots']) inside('ip', 'link', 'del', name);
    await host.client.must('hostSetups.undo', { name: 'uml0' });
    expect(asked[1]).toEqual(['/bin/sh', '-ec', undoScript]);
    expect(hasLink('uml0')).toBe(false);
    expect(await list()).toMatchObject({ setups: [], taps: [] });
  });

  test('a wire, and a private copy of a kernel with the rights for it; what could not run is refused', async () => {
    await host.client.must('diagnostics.run', {});
    const [kernel] = Object.values(host.state.kernels);
    const veth: HostSetup = { kind: 'veth', name: 'v0', peer: 'v1', address: '10.9.0.1/24' };
    await host.client.must('hostSetups.run', { setup: veth });
    expect(ip('-d', 'link', 'show', 'dev', 'v1')).toContain('veth');
    const ofKernel = (kernelPath: string): HostSetup => ({ kind: 'kernel', name: 'raw', kernelPath });
    const copy = async (): Promise<string> =>
      (await list()).setups.find(({ setup, state }) => setup.kind === 'kernel' && state === 'there')?.use ??
      '';
    if (needsWideXstate && Number(kernel?.version.split('.')[1]) < 13) {
      const outcome = await host.client.call('hostSetups.run', { setup: ofKernel(kernel?.path ?? '') });
      expect(outcome).toMatchObject({
        ok: false,
        error: { code: 'host-setup-refused', params: { why: expect.stringContaining('AMX') } },
      });
      // The list itself, by a program that only says that it is a newer one.
      const newer = join(host.home, 'newer');
      writeFileSync(newer, '#!/bin/sh\necho 6.13.1\n', { mode: 0o755 });
      await host.client.must('hostSetups.run', { setup: ofKernel(newer) });
    } else {
      await host.client.must('hostSetups.run', { setup: ofKernel(kernel?.path ?? '') });
      const link = { kind: 'transport', transport: 'raw', options: { ifname: 'v1' } } as const;
      const id = await started('one', link, await copy());
      await bothWays(id);
      await stop(id);
    }
    const path = await copy();
    expect(execFileSync('getcap', [path], { encoding: 'utf8' })).toMatch(/cap_net_admin,cap_net_raw=ep/);
    expect(execFileSync('stat', ['-c', '%a %u', path], { encoding: 'utf8' }).trim()).toBe(`700 ${user.uid}`);
    for (const name of ['v0', 'raw']) await host.client.must('hostSetups.undo', { name });
    expect(hasLink('v1')).toBe(false);
    expect(existsSync(path)).toBe(false);
  });

  test('a tap in a bridge: around an interface without addresses, else refused', async () => {
    inside('ip', 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'other');
    inside('ip', 'link', 'set', 'other', 'up');
    inside('sh', '-c', 'ip addr add 10.9.0.1/24 dev other');
    const bridge = (uplink: string | null): HostSetup => ({
      kind: 'bridge',
      name: 'uml0',
      bridge: 'br0',
      uplink,
    });
    const refused = async (setup: HostSetup): Promise<unknown> => {
      const outcome = await host.client.call('hostSetups.run', { setup });
      return outcome.ok ? null : outcome.error;
    };
    expect(await refused(bridge('other'))).toMatchObject({
      code: 'host-setup-refused',
      params: { why: expect.stringContaining('has the address 10.9.0.1/24') },
    });
    expect(await refused(bridge(null))).toMatchObject({ code: 'host-setup-refused' });
    expect(asked).toEqual([]);
    await host.client.must('hostSetups.run', { setup: bridge('wire') });
    expect(ip('-o', 'link', 'show', 'master', 'br0')).toMatch(/uml0[\s\S]*wire|wire[\s\S]*uml0/);
    const id = await started('one', { kind: 'tap', ifname: 'uml0' });
    // It is on the wire of that interface: the far end has the address.
    await bothWays(id);
    await stop(id);
    await host.client.must('hostSetups.undo', { name: 'uml0' });
    expect([hasLink('br0'), hasLink('uml0'), hasLink('wire')]).toEqual([false, false, true]);
  });

  test('refused, dismissed, clashing: said, and nothing is left; what a restart took away is known', async () => {
    const setup: HostSetup = { kind: 'tap', name: 'uml0', address: '10.9.0.1/24' };
    const outcome = async (wanted = setup): Promise<unknown> => {
      const said = await host.client.call('hostSetups.run', { setup: wanted });
      return said.ok ? null : said.error;
    };
    refusal = 126;
    expect(await outcome()).toMatchObject({
      code: 'host-setup-rights',
      params: { why: 'the question was dismissed' },
    });
    refusal = 127;
    expect(await outcome()).toMatchObject({ code: 'host-setup-rights' });
    refusal = null;
    expect((await list()).setups).toEqual([]);
    inside('ip', 'addr', 'add', '10.9.0.200/24', 'dev', 'lo');
    expect(await outcome()).toMatchObject({
      code: 'host-setup-refused',
      params: { why: expect.stringContaining('lo is in 10.9.0.0/24') },
    });
    inside('ip', 'addr', 'del', '10.9.0.200/24', 'dev', 'lo');
    expect(await outcome()).toBeNull();
    expect(await outcome()).toMatchObject({
      code: 'host-setup-refused',
      params: { why: 'this computer has an interface uml0 already' },
    });
    // As after a restart: the note is of another one, and an interface of that name is somebody else's.
    await host.killHost();
    const path = join(host.dataDir, 'host-setup/made.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"bootId": ".{36}"/, '"bootId": "another"'));
    const identity = user.under;
    await host.launch({ under: ['unshare', '--net', '--', ...identity] });
    expect((await list()).setups).toMatchObject([{ state: 'gone-with-restart' }]);
    await host.client.must('hostSetups.undo', { name: 'uml0' });
    expect((await list()).setups).toEqual([]);
    expect(asked).toHaveLength(3);
  });
});
