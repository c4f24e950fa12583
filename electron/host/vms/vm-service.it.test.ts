import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
  truncateSync,
  copyFileSync,
} from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tabConsoles } from '@shared/consoles/channel.js';
import { describeError, type PaddockError } from '@shared/errors/paddock-error.js';
import type { ErrorCode } from '@shared/errors/error-text.js';
import type { CallInput } from '@shared/api/calls.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { imageWithoutTools } from '../testing/image-without-tools.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

const locksOn = (path: string): string[] => {
  const inode = String(statSync(path).ino);
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`:${inode} `));
};

describe('a tiny machine', () => {
  test('boots to a login on both consoles, takes commands and resizes, powers off and leaves nothing', async () => {
    const id = await host.makeTiny();
    const [con0, con1] = [await host.login(id), await host.login(id, 'con1')];
    expect(host.vm(id)).toMatchObject({ name: 'tiny', state: 'running', runNumber: 1 });
    expect(await con0.run('id -u; hostname; cat /proc/mounts | cut -d" " -f2 | sort | tr "\\n" " "')).toBe(
      '0\ntiny\n/ /dev /dev/pts /dev/shm /proc /run /sys /tmp',
    );
    expect(await con0.run('stat -c %u:%g / /bin/busybox /etc/inittab; echo $TERM')).toBe(
      '0:0\n0:0\n0:0\nxterm-256color',
    );
    expect(await con1.run('tty')).toBe('/dev/tty1');
    // It has its disks, its consoles and what it opened itself, and nothing of the host's.
    const fds = execFileSync('ls', ['-l', `/proc/${host.vm(id).pid}/fd`], { encoding: 'utf8' });
    expect(fds).not.toMatch(/host\.(lock|log)|\.asar/);
    // The output of its two consoles.
    expect(fds.match(/pipe:/g)).toHaveLength(2);
    // Its spare console's, and none of those that the host holds.
    expect(fds.match(/ptmx/g)).toHaveLength(1);
    expect(await con0.run('stty size')).toBe('24 80');
    await host.client.must('consoles.resize', { vmId: id, console: 'con0', cols: 101, rows: 37 });
    expect(await con0.run('stty size')).toBe('37 101');
    expect(await con1.run('stty size')).toBe('24 80');
    expect(await con0.run('stat -f -c %S /')).toBe('4096');
    con1.type('poweroff\r');
    const stopped = await host.untilState(id, 'stopped');
    expect(stopped.lastEnd).toMatchObject({ exitCode: 0, signal: null, reason: { code: 'poweroff' } });
    expect(processesNaming(host.umlDir)).toEqual([]);
    expect(readdirSync(host.umlDir)).toEqual([]);
    expect(locksOn(join(host.dataDir, 'vms', id, 'disk.cow'))).toEqual([]);
  });

  test('shut down from outside runs the guest’s own shutdown, and what it wrote is there at the next start', async () => {
    const id = await host.makeTiny();
    const con0 = await host.login(id);
    await con0.run('echo kept > /root/file');
    await host.client.must('vms.stop', { id, how: 'shutdown' });
    expect((await host.untilState(id, 'stopped')).lastEnd?.reason).toEqual({ code: 'poweroff' });
    expect(con0.text).toMatch(/System halted|Power down/);
    await host.client.must('vms.start', { id });
    expect(await (await host.login(id)).run('cat /root/file')).toBe('kept');
    expect(host.vm(id).runNumber).toBe(2);
  });

  test('forced off and killed from outside: no strays, locks free, starts again', async () => {
    const id = await host.makeTiny();
    const layer = join(host.dataDir, 'vms', id, 'disk.cow');
    await host.login(id);
    expect(locksOn(layer)).not.toEqual([]);
    await host.client.must('vms.stop', { id, how: 'force' });
    expect((await host.untilState(id, 'stopped')).lastEnd?.reason).toEqual({ code: 'forced' });
    expect(processesNaming(host.umlDir)).toEqual([]);
    await host.client.must('vms.start', { id });
    await host.login(id);
    process.kill(host.vm(id).pid ?? 0, 'SIGKILL');
    expect((await host.untilState(id, 'crashed')).lastEnd?.reason).toEqual({
      code: 'killed',
      signal: 'SIGKILL',
    });
    expect(processesNaming(host.umlDir)).toEqual([]);
    expect(locksOn(layer)).toEqual([]);
    await host.client.must('vms.start', { id });
    await host.login(id);
  });

  test('a guest that ignores the request is halted when its time is over', async () => {
    const id = await host.makeTiny();
    const con0 = await host.login(id);
    await con0.run("sed -i '/ctrlaltdel/d' /etc/inittab; kill -HUP 1");
    await host.client.must('vms.stop', { id, how: 'shutdown' });
    const { stopping } = await host.until('stopping', ({ vms }) => vms[id]?.stopping != null && vms[id]);
    expect(stopping).toMatchObject({ rung: 'shutdown' });
    expect(Date.parse(stopping?.nextAt ?? '')).toBeGreaterThan(Date.now());
    await host.client.must('vms.stop', { id, how: 'halt' });
    expect((await host.untilState(id, 'stopped')).lastEnd?.reason).toEqual({ code: 'halted' });
  });

  test('a guest that ignores the request gets the time it is given, and more; then it is synced, halted, and that is said', async () => {
    // Without guest tools, which would have it power off.
    const { path } = await host.client.must('images.makeTiny', {});
    const id = await host.makeTiny({ image: imageWithoutTools(path, host.home) });
    const con0 = await host.login(id);
    await con0.run("sed -i '/ctrlaltdel/d' /etc/inittab; kill -HUP 1; echo kept > /root/late");
    await expect(host.client.must('vms.waitLonger', { id, seconds: 60 })).rejects.toThrow();
    await host.client.must('vms.stop', { id, how: 'shutdown', seconds: 4 });
    const nextAt = Date.parse(host.vm(id).stopping?.nextAt ?? '');
    await host.client.must('vms.waitLonger', { id, seconds: 1 });
    const { stopping } = await host.until('more', ({ vms }) => {
      const now = vms[id];
      return now?.stopping?.nextAt != null && Date.parse(now.stopping.nextAt) > nextAt && now;
    });
    expect(Date.parse(stopping?.nextAt ?? '') - nextAt).toBe(1000);
    const stopped = await host.untilState(id, 'stopped');
    expect(stopped.lastEnd?.reason).toMatchObject({ code: 'shutdown-timeout', isForced: false });
    await con0.event('console.runEnd');
    expect(con0.text).toContain('Emergency Sync complete');
    await host.client.must('vms.start', { id });
    expect(await (await host.login(id)).run('cat /root/late')).toBe('kept');
  });

  test('a panic is told with its text, and the console has its last words', async () => {
    const id = await host.makeTiny();
    const con0 = await host.login(id);
    con0.type('echo c > /proc/sysrq-trigger\r');
    const crashed = await host.untilState(id, 'crashed');
    expect(crashed.lastEnd?.reason).toMatchObject({ code: 'panic', text: 'sysrq triggered crash' });
    await con0.event('console.runEnd');
    expect(con0.text).toContain('Kernel panic - not syncing: sysrq triggered crash');
    expect(processesNaming(host.umlDir)).toEqual([]);
    await host.client.must('vms.start', { id });
    await host.login(id);
  });

  test('machines share a base, and each has a name of its own', async () => {
    const ids = [await host.makeTiny(), await host.makeTiny(), await host.makeTiny()];
    expect(ids.map((id) => host.vm(id).name)).toEqual(['tiny', 'tiny-2', 'tiny-3']);
    for (const id of ids) expect(await (await host.login(id)).run('hostname')).toBe(host.vm(id).name);
    const image = Object.values(host.state.images)[0];
    expect(statSync(image?.path ?? '').mode & 0o777).toBe(0o444);
    expect(Object.values(host.state.images)).toHaveLength(1);
  });

  test('deleted, nothing of it is left, and the base stays', async () => {
    const id = await host.makeTiny({ start: false });
    expect(host.vm(id).state).toBe('defined');
    await host.client.must('vms.delete', { id });
    expect(readdirSync(join(host.dataDir, 'vms'))).toEqual([]);
    expect(host.state.vms).toEqual({});
    expect(existsSync(Object.values(host.state.images)[0]?.path ?? '')).toBe(true);
  });

  test('the host’s death doesn’t touch it: the next host adopts it with its history and can end it', async () => {
    const id = await host.makeTiny();
    const con0 = await host.login(id);
    await con0.run('echo before the crash');
    const { pid } = host.vm(id);
    await host.killHost();
    expect(processesNaming(host.umlDir)).toContain(pid);
    await host.launch();
    expect(host.vm(id)).toMatchObject({ state: 'running', pid, adopted: true });
    await (await host.console(id)).expect(/before the crash/);
    await host.client.must('vms.stop', { id, how: 'shutdown' });
    await host.untilState(id, 'stopped');
    expect(processesNaming(host.umlDir)).toEqual([]);
    await host.client.must('vms.start', { id });
    await host.login(id);
    expect(host.vm(id).adopted).toBe(false);
  });

  test('started twice and deleted in the same moment, it is started once and stays', async () => {
    const id = await host.makeTiny({ start: false });
    const outcomes = await Promise.all([
      host.client.call('vms.start', { id }),
      host.client.call('vms.start', { id }),
      host.client.call('vms.delete', { id }),
    ]);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, false]);
    await host.login(id);
    expect(host.vm(id).runNumber).toBe(1);
  });

  test('made with a start that fails, it is there with the reason, and can be started once that is mended', async () => {
    await host.killHost();
    host.env['PADDOCK_MEMORY_DIR'] = '/nonexistent';
    await host.launch();
    const id = await host.makeTiny();
    expect(host.vm(id)).toMatchObject({ state: 'defined', problem: { code: 'memory-folder-missing' } });
    await host.killHost();
    delete host.env['PADDOCK_MEMORY_DIR'];
    await host.launch();
    await host.client.must('vms.start', { id });
    await host.login(id);
    expect(host.vm(id).problem).toBeNull();
  });

  test('one that ended while no host was there is stopped, cleaned up after, and starts', async () => {
    const id = await host.makeTiny();
    await host.login(id);
    const { pid } = host.vm(id);
    await host.killHost();
    process.kill(pid ?? 0, 'SIGKILL');
    await host.launch();
    expect(host.vm(id)).toMatchObject({ state: 'stopped', lastEnd: { reason: { code: 'unseen' } } });
    expect(processesNaming(host.umlDir)).toEqual([]);
    await host.client.must('vms.start', { id });
    await host.login(id);
  });
});

describe('bad input gets one sentence, and nothing is left', () => {
  const refused = async (input: Partial<CallInput<'vms.create'>>, code: ErrorCode): Promise<string> => {
    const outcome = await host.client.call('vms.create', {
      name: 'bad',
      image: 'tiny',
      memoryMiB: 64,
      kernelPath: null,
      consoles: tabConsoles(2),
      start: true,
      ...input,
    });
    expect(outcome).toMatchObject({ ok: false, error: { code } });
    expect(readdirSync(join(host.dataDir, 'vms'))).toEqual([]);
    expect(processesNaming(host.umlDir)).toEqual([]);
    const { sentence, fix } = describeError((outcome as unknown as { error: PaddockError }).error);
    expect(sentence).not.toMatch(/undefined|\[object/);
    return `${sentence} ${fix}`;
  };

  test.each(['', 'Web 1', '-x', 'a,b', 'x'.repeat(41), 'ünïcode', '../up', 'a\nb', 'umid=x'])(
    'name %j',
    async (name) => {
      await refused({ name }, 'vm-name-invalid');
    },
  );

  test('a name that is taken', async () => {
    await host.makeTiny({ name: 'twice', start: false });
    const again = await host.client.call('vms.create', {
      name: 'twice',
      image: 'tiny',
      memoryMiB: 64,
      kernelPath: null,
      consoles: tabConsoles(1),
      start: false,
    });
    expect(again).toMatchObject({ ok: false, error: { code: 'vm-name-taken' } });
  });

  test('memory below any kernel’s need, above the host’s, or no number of MB', async () => {
    expect(await refused({ memoryMiB: 16 }, 'memory-too-small')).toContain('at least 32 MB');
    await refused({ memoryMiB: Math.ceil(totalmem() / 2 ** 20) + 1 }, 'memory-above-host');
    await refused({ memoryMiB: 64.5 }, 'argument-invalid');
  });

  test('a kernel that is missing, no kernel, a script, a folder', async () => {
    const script = join(host.home, 'linux');
    writeFileSync(script, '#!/bin/sh\ntouch /tmp/never\n', { mode: 0o755 });
    await refused({ kernelPath: '/nowhere/linux' }, 'kernel-missing');
    await refused({ kernelPath: '/bin/true' }, 'kernel-not-runnable');
    await refused({ kernelPath: script }, 'kernel-not-runnable');
    await refused({ kernelPath: '/tmp' }, 'kernel-not-runnable');
    await refused({ kernelPath: 'linux.uml' }, 'kernel-not-runnable');
    expect(existsSync('/tmp/never')).toBe(false);
  });

  test('images that are missing, unknown, empty, odd, a layer, or of 1 KB blocks', async () => {
    const file = (name: string): string => join(host.home, name);
    await refused({ image: '/nowhere.img' }, 'image-missing');
    await refused({ image: 'nobody' }, 'image-unknown');
    writeFileSync(file('odd.img'), Buffer.alloc(4097));
    await refused({ image: file('odd.img') }, 'image-size-odd');
    writeFileSync(file('empty.img'), '');
    await refused({ image: file('empty.img') }, 'image-size-odd');
    execFileSync('mke2fs', ['-q', '-F', '-b', '1024', file('small.img'), '8M'], { stdio: 'ignore' });
    await refused({ image: file('small.img') }, 'image-small-blocks');
    execFileSync('mke2fs', ['-q', '-F', '-b', '4096', file('base.img'), '8M'], { stdio: 'ignore' });
    execFileSync('uml_mkcow', [file('layer.cow'), file('base.img')], { stdio: 'ignore' });
    await refused({ image: file('layer.cow') }, 'image-is-layer');
  });

  test('a layer that is gone, damaged, or whose base was touched, grown or taken away, is found before the boot', async () => {
    const id = await host.makeTiny({ start: false });
    const layer = join(host.dataDir, 'vms', id, 'disk.cow');
    const base = Object.values(host.state.images)[0]?.path ?? '';
    const refuse = async (code: ErrorCode): Promise<void> => {
      expect(await host.client.call('vms.start', { id })).toMatchObject({ ok: false, error: { code } });
      expect(host.vm(id)).toMatchObject({ state: 'defined', runNumber: 0, problem: { code } });
    };
    const { atime, mtime, size } = statSync(base);
    utimesSync(base, atime, new Date(mtime.getTime() + 5000));
    await refuse('layer-base-changed');
    execFileSync('truncate', ['-s', String(size + 4096), base]);
    await refuse('layer-base-resized');
    execFileSync('mv', [base, `${base}.away`]);
    await refuse('layer-base-missing');
    execFileSync('mv', [`${base}.away`, base]);
    execFileSync('truncate', ['-s', String(size), base]);
    utimesSync(base, atime, mtime);
    copyFileSync(layer, `${layer}.copy`);
    truncateSync(layer, 0);
    await refuse('layer-damaged');
    execFileSync('rm', [layer]);
    await refuse('layer-missing');
    execFileSync('cp', ['--sparse=always', `${layer}.copy`, layer]);
    await host.client.must('vms.start', { id });
    await host.login(id);
  });

  test('a machine whose settings can’t be read is listed as broken, and can be deleted', async () => {
    const id = await host.makeTiny({ start: false });
    await host.killHost();
    writeFileSync(join(host.dataDir, 'vms', id, 'vm.json'), '{"version":1');
    await host.launch();
    expect(host.vm(id)).toMatchObject({ state: 'broken' });
    expect(await host.client.call('vms.start', { id })).toMatchObject({
      ok: false,
      error: { code: 'vm-action-refused' },
    });
    await host.client.must('vms.delete', { id });
  });

  test('a disk that another program writes to', async () => {
    const id = await host.makeTiny({ start: false });
    const layer = join(host.dataDir, 'vms', id, 'disk.cow');
    const other = await host.lockFile(layer);
    expect(await host.client.call('vms.start', { id })).toMatchObject({
      ok: false,
      error: { code: 'layer-locked', params: { pid: other.pid } },
    });
    await other.end();
    await host.client.must('vms.start', { id });
    await host.login(id);
  });
});

// As root a tmpfs of the wrong kind can be mounted for the test; an ordinary user can't make one.
describe.runIf(process.getuid?.() === 0)('a memory folder that won’t do', () => {
  const withMount = async (options: string, check: (folder: string) => Promise<void>): Promise<void> => {
    const folder = join(host.home, 'shm');
    execFileSync('mkdir', [folder]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
    try {
      await host.killHost();
      host.env['PADDOCK_MEMORY_DIR'] = folder;
      await host.launch();
      await check(folder);
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  };
  const code = async (): Promise<unknown> => {
    const id = await host.makeTiny({ start: false });
    const outcome = await host.client.call('vms.start', { id });
    expect(processesNaming(host.umlDir)).toEqual([]);
    return outcome.ok ? 'started' : outcome.error.code;
  };

  test('too small', () => withMount('size=16m', async () => expect(await code()).toBe('memory-folder-full')));
  test('noexec', () =>
    withMount('size=256m,noexec', async () => expect(await code()).toBe('memory-folder-noexec')));
  test('missing', async () => {
    await host.killHost();
    host.env['PADDOCK_MEMORY_DIR'] = '/nonexistent';
    await host.launch();
    expect(await code()).toBe('memory-folder-missing');
  });
});
