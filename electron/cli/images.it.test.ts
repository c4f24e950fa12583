import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runPaddock, type Said } from '../host/testing/run-paddock.js';
import { TestHost } from '../host/testing/test-host.js';

vi.setConfig({ testTimeout: 120_000 });

let host: TestHost;
beforeEach(() => {
  host = TestHost.folders();
});
afterEach(async () => {
  paddock('host', 'quit');
  await host.remove();
});

const paddock = (...args: string[]): Said => runPaddock(host, args, host.home);
const sh = (script: string): void =>
  void execFileSync('sh', ['-ec', script], {
    cwd: host.home,
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    stdio: 'ignore',
  });

test('images of a tar and of a disk without a recipe; shown with who uses them, renamed, checked', () => {
  sh('mkdir -p r/bin r/etc; cp /bin/busybox r/bin; ln -s busybox r/bin/sh; tar -C r -cf root.tar .');
  expect(paddock('image', 'build', '--from', 'root.tar', '--quiet')).toMatchObject({
    status: 0,
    out: 'root is ready\n',
  });
  const disk = join(host.dataDir, 'images/root.img');
  sh(`qemu-img convert -f raw -O qcow2 ${disk} d.qcow2`);
  const built = paddock('image', 'build', '--from', 'd.qcow2', '--name', 'from-disk', '--json', '--quiet');
  expect(JSON.parse(built.out)).toMatchObject({ name: 'from-disk', kind: 'disk', filesystem: 'ext4' });
  expect(paddock('image', 'build', '--from', '/etc/hostname')).toMatchObject({
    status: 1,
    err: expect.stringContaining('No image can be made of /etc/hostname: there is no file system') as string,
  });
  expect(paddock('image', 'build', 'tiny', '--from', 'root.tar').status).toBe(2);

  expect(paddock('image', 'rename', 'root', 'gold')).toEqual({ status: 0, out: '', err: '' });
  expect(paddock('image', 'rename', 'gold', 'from-disk').status).toBe(1);
  expect(paddock('image', 'note', 'gold', 'for the gate').status).toBe(0);
  expect(paddock('image', 'checksum', 'gold').status).toBe(0);
  expect(paddock('vm', 'create', 'web', '--image', 'gold', '--memory', '64').status).toBe(0);
  const { out } = paddock('image', 'show', 'gold');
  for (const line of [
    /^name: +gold$/m,
    /^root: +ext4, on the whole disk$/m,
    /^sha256: +[0-9a-f]{64}, counted /m,
    /^machines: +web$/m,
    /^note: +for the gate$/m,
  ])
    expect(out).toMatch(line);
  expect(JSON.parse(paddock('image', 'show', 'gold', '--json').out)).toMatchObject({
    name: 'gold',
    origin: expect.stringContaining('root.tar') as string,
    machines: ['web'],
    note: 'for the gate',
  });

  // Looked at while a machine stands on it; what is found and not mended is a failure, for scripts.
  expect(paddock('image', 'check', 'gold')).toMatchObject({
    status: 0,
    out: 'file system: gold is sound.\n',
  });
  const other = join(host.dataDir, 'images/from-disk.img');
  sh(`chmod u+w ${other}; debugfs -w -R 'clri /bin/sh' ${other}; chmod u-w ${other}`);
  expect(paddock('image', 'check', 'from-disk')).toMatchObject({
    status: 1,
    out: expect.stringContaining('has errors') as string,
  });
  expect(paddock('image', 'check', 'from-disk', '--repair').status).toBe(0);
  expect(paddock('image', 'check', 'from-disk').status).toBe(0);
});

test('what a kernel reported of itself, as text and as JSON', async () => {
  expect(paddock('vm', 'create', 'web', '--image', 'tiny', '--memory', '64', '--start').status).toBe(0);
  expect(paddock('console', 'web', 'con0', '--expect', 'login: $').status).toBe(0);
  expect(paddock('debug', 'web', '--reports').out).toBe('The kernel of web reported nothing.\n');
  expect(paddock('debug', 'web', '--json').status).toBe(2);
  // The panic ends the answer's way, and the machine.
  paddock('mconsole', 'web', 'sysrq', 'c');
  const state = (): string =>
    (JSON.parse(paddock('vm', 'show', 'web', '--json').out) as { state: string }).state;
  await expect.poll(state, { timeout: 30_000 }).toBe('crashed');
  expect(paddock('debug', 'web', '--reports').out).toMatch(
    /^Panic: sysrq triggered crash.*\n(?:.*\n)*? {4}\S/m,
  );
  const { reports } = JSON.parse(paddock('debug', 'web', '--reports', '--json').out) as {
    reports: { kind: string }[];
  };
  expect(reports.map(({ kind }) => kind)).toContain('panic');
});
