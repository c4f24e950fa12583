import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckResult } from '@shared/diagnostics/check.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { runPaddock } from '../testing/run-paddock.js';
import { TestHost } from '../testing/test-host.js';

// Each bad state that can be made here is made, for the host alone, and mended by the command that the check gives.

let host: TestHost;
let mounts: string[];

beforeEach(() => {
  host = TestHost.folders();
  // Its own ~/.uml, empty: what others have left in ours is none of the tests'.
  const home = join(host.home, 'user');
  mkdirSync(home);
  host.env['HOME'] = home;
  mounts = [];
});
afterEach(async () => {
  await host.remove().catch(() => {});
  for (const point of mounts) spawnSync('umount', ['--lazy', point]);
  await host.remove();
});

async function look(id: string): Promise<CheckResult> {
  const checks = await host.client.must('diagnostics.run', {});
  const check = checks.find((one) => one.id === id);
  if (!check) throw new Error(`no check ${id} among ${checks.map((one) => one.id).join(' ')}`);
  return check;
}

/** Carries out the command of a fix as its reader would; `inside` enters what the host was put into. */
function carryOut({ fixes }: CheckResult, id = 'command', inside: readonly string[] = []): void {
  const command = fixes.find((fix) => fix.id === id)?.command;
  if (command == null) throw new Error(`no fix ${id} in ${JSON.stringify(fixes)}`);
  const [program, ...args] = [...inside, 'sh', '-ec', command];
  execFileSync(program, args, { stdio: 'pipe' });
}

const enter = (kind: string): string[] => ['nsenter', `--target=${host.pid}`, kind, '--'];
/** A shell that does something to its own namespace and then becomes the host. */
const inside = (kind: string[], deed: string): string[] => [
  'unshare',
  ...kind,
  'sh',
  '-ec',
  `${deed}; exec "$@"`,
  'sh',
];

test('this computer does, and says what it is', async () => {
  await host.launch();
  const checks = await host.client.must('diagnostics.run', {});
  expect(checks.filter(({ level }) => level === 'error')).toEqual([]);
  const text = (id: string): string | undefined => checks.find((one) => one.id === id)?.text;
  expect(text('computer')).toContain(execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim());
  expect(text('kernel')).toContain(execFileSync('linux.uml', ['--version'], { encoding: 'utf8' }).trim());
  expect(text('ptrace')).toBe('a kernel traced a child of its own');
  for (const id of ['memory-folder', 'disk-space', 'open-files', 'file-watches', 'socket-paths', 'leftovers'])
    expect(checks.find((one) => one.id === id)).toMatchObject({ level: 'ok', fixes: [] });
  expect(Object.keys(host.state.checks)).toEqual(checks.map(({ id }) => id));
});

test('a check costs so little that nobody waits for it', async () => {
  await host.launch();
  await host.client.must('diagnostics.run', {});
  const startedAt = performance.now();
  await host.client.must('diagnostics.run', {});
  // 30 ms on an idle computer.
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

test('a fix that nobody offered is refused', async () => {
  await host.launch();
  for (const [check, fix] of [
    ['leftovers', 'remove'],
    ['leftovers', 'constructor'],
    ['kernel', 'command'],
    ['nonsense', 'remove'],
    ['__proto__', 'remove'],
  ] as const)
    expect(await host.client.call('diagnostics.fix', { check, fix })).toMatchObject({
      ok: false,
      error: { code: 'fix-unknown' },
    });
});

test('a kernel that may not be executed is named, with the command that lets it', async () => {
  const bin = join(host.home, 'bin');
  mkdirSync(bin);
  copyFileSync('/usr/bin/linux.uml', join(bin, 'linux.uml'));
  chmodSync(join(bin, 'linux.uml'), 0o644);
  writeFileSync(join(bin, 'linux'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  host.env['PATH'] = bin;
  await host.launch();
  const bad = await look('kernel');
  expect(bad).toMatchObject({ level: 'error' });
  expect(bad.text).toContain(`${bin}/linux doesn’t run: it is not a program`);
  expect(await look('ptrace')).toMatchObject({
    level: 'ok',
    text: expect.stringContaining('no kernel') as string,
  });
  carryOut(bad, 'chmod');
  const good = await look('kernel');
  expect(good).toMatchObject({ level: 'ok', fixes: [] });
  expect(good.text).toMatch(/bin\/linux\.uml \d.*bin\/linux doesn’t run/);
});

test('ptrace that is forbidden is found by a kernel that tries it', async () => {
  // A seccomp filter that answers ptrace with EPERM, as containers without SYS_PTRACE have.
  const filter = `
import ctypes, os, struct, sys
def stmt(code, k, jt=0, jf=0): return struct.pack('HBBI', code, jt, jf, k)
PTRACE, ALLOW, EPERM = 101, 0x7fff0000, 0x00050001
code = stmt(0x20, 0) + stmt(0x15, PTRACE, 0, 1) + stmt(0x06, EPERM) + stmt(0x06, ALLOW)
buf = ctypes.create_string_buffer(code)
prog = struct.pack('HxxxxxxP', 4, ctypes.addressof(buf))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.create_string_buffer(prog), 0, 0) == 0
os.execvp(sys.argv[1], sys.argv[1:])`;
  await host.launch({ under: ['python3', '-c', filter] });
  expect(await look('ptrace')).toMatchObject({
    level: 'error',
    text: expect.stringContaining('SYS_PTRACE') as string,
  });
  await host.killHost();
  await host.launch();
  expect(await look('ptrace')).toMatchObject({ level: 'ok' });
});

test('few open files are counted in machines', async () => {
  await host.launch({ under: ['prlimit', '--nofile=784:784'] });
  const bad = await look('open-files');
  expect(bad).toMatchObject({ level: 'warn', fixes: [{ runnable: false }] });
  expect(bad.text).toContain('for about 20 machines');
  // As after another login.
  await host.killHost();
  await host.launch();
  expect(await look('open-files')).toMatchObject({ level: 'ok' });
});

test('a long runtime folder leaves room for just so long a name', async () => {
  const room = 12;
  // <run>/paddock/uml/<name>/mconsole in 94 characters.
  const run = join(host.home, 'r').padEnd(94 - '/paddock/uml//mconsole'.length - room, 'r');
  mkdirSync(run, { mode: 0o700 });
  host.env['XDG_RUNTIME_DIR'] = run;
  await host.launch();
  const bad = await look('socket-paths');
  expect(bad).toMatchObject({ level: 'warn' });
  expect(bad.text).toContain(`more than ${room} letters`);
  const longest = await host.makeTiny({ name: 'a'.repeat(room) });
  await host.untilState(longest, 'running');
  const longer = await host.makeTiny({ name: 'b'.repeat(room + 1), start: false });
  expect(await host.client.call('vms.start', { id: longer })).toMatchObject({
    ok: false,
    error: { code: 'path-too-long' },
  });
});

describe.runIf(process.getuid?.() === 0)('with mounts and namespaces of its own', () => {
  const mountTmpfs = (name: string, options: string): string => {
    const point = join(host.home, name);
    mkdirSync(point);
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', point]);
    mounts.push(point);
    return point;
  };

  test.each([
    ['noexec', 'mount -o remount,exec '],
    ['size=16m', 'mount -o remount,size='],
  ])('a memory folder with %s', async (options, command) => {
    host.env['PADDOCK_MEMORY_DIR'] = mountTmpfs('shm', options);
    await host.launch();
    const bad = await look('memory-folder');
    expect(bad).toMatchObject({
      level: 'error',
      fixes: [{ command: expect.stringContaining(command) as string }],
    });
    carryOut(bad);
    expect(await look('memory-folder')).toMatchObject({ level: 'ok', fixes: [] });
    const id = await host.makeTiny();
    await host.login(id);
  });

  test('a memory folder that is not there', async () => {
    const folder = join(host.home, 'no where');
    host.env['PADDOCK_MEMORY_DIR'] = folder;
    await host.launch();
    const bad = await look('memory-folder');
    expect(bad).toMatchObject({ level: 'error' });
    mounts.push(folder);
    carryOut(bad);
    expect(await look('memory-folder')).toMatchObject({ level: 'ok' });
  });

  test('a small disk', async () => {
    host.env['XDG_DATA_HOME'] = mountTmpfs('small', 'size=64m');
    await host.launch();
    expect(await look('disk-space')).toMatchObject({
      level: 'warn',
      text: expect.stringContaining('only 0.1 GB') as string,
    });
    execFileSync('mount', ['-o', 'remount,size=2g', join(host.home, 'small')]);
    expect(await look('disk-space')).toMatchObject({ level: 'ok' });
  });

  test.each([
    ['disk-tools', 'mke2fs', 'apt install e2fsprogs'],
    ['disk-tools', 'uml_moo', 'apt install uml-utilities'],
    ['tiny-parts', 'busybox', 'apt install busybox-static'],
    ['network-tools', 'ip', /^apt install iproute2/],
  ])('%s without %s', async (check, program, command) => {
    const path = execFileSync(
      'sh',
      ['-c', `PATH=$PATH:/usr/sbin:/sbin readlink -f "$(command -v ${program})"`],
      {
        encoding: 'utf8',
      },
    ).trim();
    // Under what covers it nobody can execute it, which is as good as gone.
    await host.launch({ under: inside(['--mount'], `mount --bind /dev/null ${path}`) });
    const bad = await look(check);
    expect(bad.level).toBe('warn');
    expect(bad.text).toMatch(new RegExp(`\\b${program}\\b.* not installed`));
    expect(bad.fixes[0]?.command).toMatch(command);
    execFileSync('nsenter', [...enter('--mount').slice(1), 'umount', path]);
    const after = await look(check);
    expect(after.level === 'ok' || !after.text.includes(`${program} `)).toBe(true);
  });

  test('/dev/net/tun that is not there', async () => {
    await host.launch({ under: inside(['--mount'], 'mount -t tmpfs tmpfs /dev/net') });
    const bad = await look('tun');
    expect(bad).toMatchObject({ level: 'warn', text: expect.stringContaining('is not there') as string });
    carryOut(bad, 'mknod', enter('--mount'));
    expect(await look('tun')).toMatchObject({ level: 'ok' });
  });

  test('no user namespaces', async () => {
    const none = 'echo 0 > /proc/sys/user/max_user_namespaces';
    await host.launch({ under: inside(['--user', '--map-root-user'], none) });
    const bad = await look('user-namespaces');
    expect(bad).toMatchObject({
      level: 'warn',
      text: expect.stringContaining('user.max_user_namespaces is 0') as string,
    });
    carryOut(bad, 'command', ['nsenter', `--target=${host.pid}`, '--user', '--preserve-credentials', '--']);
    expect(await look('user-namespaces')).toMatchObject({ level: 'ok' });
  });

  test('no inotify watches left', async () => {
    const setting = '/proc/sys/user/max_inotify_watches';
    await host.launch({ under: inside(['--user', '--map-root-user'], `echo 0 > ${setting}`) });
    expect(await look('file-watches')).toMatchObject({
      level: 'warn',
      text: expect.stringContaining('ENOSPC') as string,
      fixes: [{ command: 'sysctl -w fs.inotify.max_user_watches=524288' }, { id: 'for-good' }],
    });
    // The command is for all of this computer; this is the same for the host's namespace.
    const user = ['nsenter', `--target=${host.pid}`, '--user', '--preserve-credentials', '--'];
    execFileSync('nsenter', [...user.slice(1), 'sh', '-ec', `echo 9999 > ${setting}`]);
    expect(await look('file-watches')).toMatchObject({ level: 'ok' });
  });

  describe('for an ordinary user', () => {
    let user: OrdinaryUser;
    beforeEach(() => {
      user = OrdinaryUser.make();
      execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, host.home]);
    });
    afterEach(async () => {
      await host.killHost();
      user.remove();
    });
    const asUser = (): string[] => user.under;

    test('nothing stands in the way', async () => {
      await host.launch({ under: asUser() });
      const checks = await host.client.must('diagnostics.run', {});
      expect(checks.filter(({ level }) => level === 'error')).toEqual([]);
      expect(checks.map(({ id }) => id)).toContain('subordinate-ids');
      expect(await look('user-namespaces')).toMatchObject({ level: 'ok' });
    });

    test('/dev/net/tun for root alone', async () => {
      const rootOnly = 'mount -t tmpfs tmpfs /dev/net; mknod -m 0600 /dev/net/tun c 10 200';
      await host.launch({ under: [...inside(['--mount'], rootOnly), ...asUser()] });
      const bad = await look('tun');
      expect(bad).toMatchObject({
        level: 'warn',
        text: expect.stringContaining('you may not open') as string,
      });
      carryOut(bad, 'command', enter('--mount'));
      expect(await look('tun')).toMatchObject({ level: 'ok' });
    });

    test('no subordinate ids', async () => {
      const bin = join(host.home, 'bin');
      mkdirSync(bin);
      const newuidmap = join(bin, 'newuidmap');
      await host.launch({ under: asUser() });
      const own = new RegExp(`^${user.name}:(\\d+):(\\d+)$`, 'm');
      await host.killHost();
      host.env['PATH'] = `${bin}:${host.env['PATH'] ?? ''}`;
      writeFileSync(newuidmap, '#!/bin/sh\n', { mode: 0o755 });
      for (const [file, option] of [
        ['/etc/subuid', '--del-subuids'],
        ['/etc/subgid', '--del-subgids'],
      ] as const) {
        const [, first, count] = own.exec(readFileSync(file, 'utf8')) ?? [];
        if (first !== undefined)
          execFileSync('usermod', [option, `${first}-${Number(first) + Number(count) - 1}`, user.name]);
      }
      await host.launch({ under: asUser() });
      const bad = await look('subordinate-ids');
      expect(bad).toMatchObject({
        level: 'warn',
        text: expect.stringContaining('no range of ids') as string,
      });
      carryOut(bad);
      expect(await look('subordinate-ids')).toMatchObject({ level: 'ok' });
    });
  });
});

test('`paddock doctor --json` prints the checks with their fixes', async () => {
  host.env['PADDOCK_MEMORY_DIR'] = join(host.home, 'none');
  await host.launch();
  const said = runPaddock(host, ['doctor', '--json']);
  expect(said.status).toBe(1);
  const { checks } = JSON.parse(said.out) as { checks: CheckResult[] };
  expect(checks.find(({ id }) => id === 'memory-folder')).toMatchObject({
    level: 'error',
    fixes: [{ command: expect.stringContaining('mount -t tmpfs') as string, runnable: false }],
  });
});
