import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CallInput } from '@shared/api/calls.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import { describeError } from '@shared/errors/paddock-error.js';
import type { HostRoot } from '@shared/vms/boot.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import type { ConsoleReader } from '../testing/console-reader.js';
import { exec } from '../testing/guest-exec.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
/** A folder of the test that is not under /tmp, which such a guest doesn't see. */
let outside: string;
beforeEach(() => {
  host = TestHost.folders();
  outside = mkdtempSync('/var/tmp/pdk-');
});
afterEach(async () => {
  await host.remove();
  rmSync(outside, { recursive: true, force: true });
});

/** The files of the tiny Linux as a folder. */
async function tinyFolder(owner?: OrdinaryUser): Promise<string> {
  const { path } = await host.client.must('images.makeTiny', {});
  const folder = join(outside, 'a root, of mine');
  mkdirSync(folder);
  execFileSync('debugfs', ['-R', `rdump / "${folder}"`, path], { stdio: 'ignore' });
  if (owner) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, outside]);
  return folder;
}

/** Makes a machine without a disk and starts it. */
function start(root: HostRoot, more: Partial<CallInput<'vms.create'>> = {}): Promise<VmId> {
  return host.makeTiny({ root, memoryMiB: root.kind === 'computer' ? 256 : 64, consoles: 2, ...more });
}

/** All that a find says of the test's folder: names, sizes, times to the nanosecond, and the content of files. */
function picture(): string {
  const facts = execFileSync('find', [outside, '-printf', '%p %y %m %U %G %s %T@ %C@\\n'], {
    encoding: 'utf8',
  });
  const sums = execFileSync('sh', ['-c', `find "$0" -type f -exec sha256sum {} + | sort`, outside], {
    encoding: 'utf8',
  });
  return facts + sums;
}

/** What a guest's root can try against what is outside. */
async function attack(con: ConsoleReader): Promise<void> {
  const target = join(outside, 'precious');
  expect(await con.run('mkdir -p /tmp/all; mount -t hostfs -o / none /tmp/all; echo $?')).toMatch(/0$/);
  for (const path of ['', '/..', '/../..'])
    expect(
      await con.run(
        `for m in /tmp/all /tmp/all/guest; do echo no > $m${path}${target}; rm -f $m${path}${target}; done 2>&1`,
      ),
    ).toMatch(/(Read-only file system|No such file or directory|nonexistent directory)/);
  expect(await con.run('mkdir -p /tmp/up; mount -t hostfs -o ../../../../.. none /tmp/up; echo $?')).toMatch(
    /0$/,
  );
  expect(
    await con.run(`ls /tmp/up; for d in / /usr /proc/1/root/; do touch /tmp/up$d/hacked-by-guest; done 2>&1`),
  ).toMatch(/Read-only file system(\n.*(Read-only file system|Permission denied)){2}$/);
  expect(existsSync('/hacked-by-guest') || existsSync('/usr/hacked-by-guest')).toBe(false);
}

const kinds = ['root', 'an ordinary user'] as const;
describe.each(kinds)('as %s', (who) => {
  let user: OrdinaryUser | undefined;
  let under: string[] = [];
  beforeEach(async () => {
    user = who === 'root' ? undefined : OrdinaryUser.make();
    under = user ? user.under : [];
    if (user) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, host.home, outside]);
    if (user) host.env['HOME'] = host.home;
    await host.launch({ under });
  });
  afterEach(async () => {
    await host.remove();
    user?.remove();
  });

  test('a folder: what the guest writes is in it, as its user’s; the rest of this computer is out of its reach', async () => {
    const path = await tinyFolder(user);
    writeFileSync(join(outside, 'precious'), 'mine');
    const id = await start({ kind: 'folder', path, readOnly: false });
    expect(host.vm(id).name).toBe('a-root-of-mine');
    const con = await host.login(id);
    expect(await con.run('stat -f -c %T /; id -u; hostname; stat -c %u /bin')).toMatch(
      /0\na-root-of-mine\n0$/,
    );
    expect(await con.run('echo kept > /root/file; mkdir /root/d; cat /root/file')).toBe('kept');
    expect(readFileSync(join(path, 'root/file'), 'utf8')).toBe('kept\n');
    expect(statSync(join(path, 'root/file')).uid).toBe(user?.uid ?? 0);
    const before = readFileSync(join(outside, 'precious'), 'utf8');
    await attack(con);
    expect(readFileSync(join(outside, 'precious'), 'utf8')).toBe(before);
    // Its own consoles work, also the second one, and one more is refused a disk with the reason.
    expect(await (await host.login(id, 'con1')).run('tty')).toBe('/dev/tty1');
    const disk = await host.client.call('disks.add', {
      vmId: id,
      unit: null,
      source: { kind: 'empty', sizeMiB: 16 },
      flags: { readOnly: false, sync: false, asData: false, shared: false, noTrim: false },
      serial: null,
    } as never);
    expect(disk.ok ? '' : describeError(disk.error).sentence).toContain('can have no disks');
    con.type('poweroff\r');
    expect((await host.untilState(id, 'stopped')).lastEnd?.reason).toEqual({ code: 'poweroff' });
    expect(processesNaming(host.umlDir)).toEqual([]);
    expect(existsSync(join(host.runtimeDir, 'own', id))).toBe(false);

    // The same folder read-only: not even by a remount.
    const second = await start({ kind: 'folder', path, readOnly: true });
    const con2 = await host.login(second);
    const said = await con2.run(
      'mount -o remount,rw /; echo no > /root/file; rm -f /root/file; mount -t hostfs -o / none /mnt && echo no > /mnt/root/file',
    );
    expect(said.match(/Read-only file system/g)?.length).toBeGreaterThanOrEqual(3);
    expect(readFileSync(join(path, 'root/file'), 'utf8')).toBe('kept\n');
    const busy = await host.client.call('vms.start', { id });
    expect(busy.ok ? '' : describeError(busy.error).sentence).toContain('two that write it');
    await host.client.must('vms.stop', { id: second, how: 'force' });
    await host.untilState(second, 'stopped');
    await host.client.must('vms.delete', { id: second });
    await host.client.must('vms.delete', { id });
    expect(readFileSync(join(path, 'root/file'), 'utf8')).toBe('kept\n');
  });

  test('this computer’s own files: a shell in seconds, and nothing that it does is ever outside', async () => {
    writeFileSync(join(outside, 'precious'), 'mine');
    const before = picture();
    const id = await start({ kind: 'computer' });
    const con = await host.login(id);
    expect(host.vm(id)).toMatchObject({ name: 'this-computer', disks: [], layer: null });
    expect(await con.run('id -u; hostname; echo $TERM; tty')).toBe(
      '0\nthis-computer\nxterm-256color\n/dev/tty0',
    );
    // What is installed here is there.
    expect(await con.run('dpkg-query -f "\\${Package} \\${Version}\\n" -W | sha256sum')).toBe(
      execFileSync('sh', ['-c', `dpkg-query -f '\${Package} \${Version}\n' -W | sha256sum`], {
        encoding: 'utf8',
      }).trim(),
    );
    expect(await con.run(`cat ${outside}/precious`)).toBe('mine');
    await host.client.must('consoles.resize', { vmId: id, console: 'con0', cols: 101, rows: 37 });
    await host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.usable === true);
    // Told by way of the guest, on its own time.
    expect(
      await con.run(
        'for i in $(seq 100); do [ "$(stty size)" = "37 101" ] && break; sleep 0.1; done; stty size',
      ),
    ).toBe('37 101');
    expect((await exec(host, id, ['cat', '/etc/hostname'])).output.toString()).toBe(
      readFileSync('/etc/hostname', 'utf8'),
    );
    await attack(con);
    expect(
      await con.run(
        `touch /etc/x /usr/x && rm -rf ${outside} /usr/share/doc; ls -d /etc/x ${outside} /usr/share/doc 2>&1 | wc -l`,
      ),
    ).toBe('3');
    expect(picture()).toBe(before);
    expect(existsSync('/etc/x') || existsSync('/usr/x')).toBe(false);
    expect(existsSync('/usr/share/doc')).toBe(true);
    // Other machines' sockets, and Paddock's own, are not there.
    expect(
      await con.run(
        `ls /tmp/all/run/ /tmp/all/guest${host.runtimeDir} /tmp/up/guest/tmp 2>&1 | grep -c -e sock -e uml`,
      ),
    ).toBe('0');

    // Its host is killed: it goes on and is taken over by the next one.
    const { pid } = host.vm(id);
    await host.killHost();
    await host.launch({ under });
    await host.untilState(id, 'running');
    expect(host.vm(id)).toMatchObject({ pid, adopted: true });
    const rescue = await host.until(
      'a spare console',
      ({ vms }) => vms[id]?.rescue?.state === 'ready' && vms[id],
    );
    expect(rescue.rescue?.state).toBe('ready');
    await host.client.must('vms.stop', { id, how: 'shutdown' });
    expect((await host.untilState(id, 'stopped')).lastEnd?.exitCode).toBe(0);

    // And again: of what was done nothing is left inside, either.
    await host.client.must('vms.start', { id });
    const again = await host.login(id);
    expect(await again.run(`ls -d /etc/x ${outside} 2>&1 | tail -n 1`)).toBe(outside);
    again.type('poweroff\r');
    expect((await host.untilState(id, 'stopped')).lastEnd?.reason).toEqual({ code: 'poweroff' });
    expect(processesNaming(host.runtimeDir)).toEqual([]);
    expect(picture()).toBe(before);
  });
});

test('what can’t be booted is refused in words, and nothing is left', async () => {
  await host.launch();
  const folder = join(outside, 'root');
  mkdirSync(join(folder, 'sbin'), { recursive: true });
  const refusal = async (root: HostRoot, more: Partial<CallInput<'vms.create'>> = {}): Promise<string> => {
    const outcome = await host.client.call('vms.create', {
      name: null,
      image: 'tiny',
      memoryMiB: 64,
      kernelPath: null,
      consoles: tabConsoles(1),
      start: false,
      root,
      ...more,
    });
    expect(host.state.vms).toEqual({});
    return outcome.ok ? 'made' : describeError(outcome.error).sentence;
  };
  const of = (path: string): HostRoot => ({ kind: 'folder', path, readOnly: false });
  expect(await refusal(of(join(outside, 'none')))).toContain('it is not there');
  expect(await refusal(of('/'))).toContain('own root');
  expect(await refusal(of(host.home))).toContain('Paddock keeps its own files in it');
  expect(await refusal(of('relative'))).not.toBe('made');
  expect(await refusal(of(`${folder}\nx`))).not.toBe('made');
  writeFileSync(join(outside, 'file'), '');
  expect(await refusal(of(join(outside, 'file')))).toContain('it is not a folder');
  expect(await refusal(of(folder))).toContain('none of /sbin/init');
  // A link is the guest's: outside its root it leads nowhere; inside it is fine.
  symlinkSync('/bin/sh', join(folder, 'sbin/init'));
  expect(await refusal(of(folder))).toContain('none of /sbin/init');
  symlinkSync('../../../../../bin/sh', join(folder, 'sbin/up'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/sh'), '#!/bin/false\n', { mode: 0o644 });
  expect(await refusal(of(folder))).toContain('none of /sbin/init');
  const window = [{ line: 'con0' as const, channel: { kind: 'tty' as const, device: '/dev/tty' } }];
  expect(await refusal({ kind: 'computer' }, { consoles: window })).toMatch(/can’t be a terminal/);
  const plain = join(outside, 'linux');
  writeFileSync(plain, readFileSync('/bin/true'));
  chmodSync(plain, 0o755);
  expect(await refusal({ kind: 'computer' }, { kernelPath: plain })).not.toBe('made');
  chmodSync(join(folder, 'bin/sh'), 0o755);
  const id = await host.makeTiny({ root: of(folder), start: false });
  expect(host.vm(id).boot.root).toEqual(of(folder));
  for (const [call, input] of [
    ['layers.snapshot', { vmId: id, name: 'x', note: '' }],
    ['guest.installTools', { id }],
  ] as const) {
    const outcome = (await host.client.call(call as never, input as never)) as { ok: boolean };
    expect(outcome.ok).toBe(false);
  }
  const memory = await host.client.call('vms.configure', { id, changes: { memoryFolder: '/dev/shm' } });
  expect(memory.ok ? '' : describeError(memory.error).sentence).toContain('/dev/shm of its own');
});

test('without user namespaces nothing is started, and the reason is told', async () => {
  const off = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
  await host.launch({ under: ['unshare', '--user', '--map-root-user', '--', 'sh', '-c', off, 'sh'] });
  const id = await host.makeTiny({ root: { kind: 'computer' }, start: false, memoryMiB: 128 });
  const outcome = await host.client.call('vms.start', { id });
  expect(outcome.ok ? '' : describeError(outcome.error).sentence).toContain('user.max_user_namespaces is 0');
  expect(host.vm(id)).toMatchObject({ state: 'defined', problem: { code: 'root-confinement' } });
});

test('a partitioned disk boots from the partition that its image names', async () => {
  const images = join(host.dataDir, 'images');
  mkdirSync(images, { recursive: true });
  await host.launch();
  const tiny = (await host.client.must('images.makeTiny', {})).path;
  await host.killHost();
  const path = join(images, 'parted.img');
  execFileSync('truncate', ['-s', '24M', path]);
  execFileSync('sfdisk', ['-q', path], { input: 'start=2048, type=83\n' });
  execFileSync('dd', [`if=${tiny}`, `of=${path}`, 'bs=1M', 'seek=1', 'conv=notrunc'], { stdio: 'ignore' });
  writeFileSync(
    join(images, 'parted.json'),
    JSON.stringify({
      version: 1,
      id: 'parted',
      name: 'parted',
      kind: 'disk',
      path,
      sizeBytes: 24 * 1024 * 1024,
      createdAt: new Date().toISOString(),
      origin: 'a test',
      rootPartition: 1,
      init: '/bin/busybox',
    }),
  );
  await host.launch();
  const id = await host.makeTiny({ image: 'parted', start: false });
  expect((await host.client.must('vms.commandLine', { id })).argv).toEqual(
    expect.arrayContaining(['root=/dev/ubda1', 'init=/bin/busybox']),
  );
  await host.client.must('vms.delete', { id });
  writeFileSync(
    join(images, 'parted.json'),
    readFileSync(join(images, 'parted.json'), 'utf8').replace('/bin/busybox', '/sbin/init'),
  );
  await host.killHost();
  await host.launch();
  const second = await host.makeTiny({ image: 'parted' });
  const con = await host.login(second);
  expect(
    await con.run('cat /proc/mounts | grep -c "^/dev/root / ext4"; cat /sys/class/block/ubda1/partition'),
  ).toBe('1\n1');
  expect(host.vm(second).boot).toEqual({ root: { kind: 'disk', partition: 1 }, init: '/sbin/init' });
});
