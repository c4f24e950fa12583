import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { plainRunMode } from '@shared/kernels/run-mode.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { runPaddock } from '../testing/run-paddock.js';
import { makeStandInKernel } from '../testing/stand-in-kernel.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
afterEach(() => host.remove());

/** What a kernel of the nommu series prints (facts/nommu 2); no distribution has one. */
const nommu = {
  version: '7.2.13',
  config: [
    '# CONFIG_MMU is not set',
    'CONFIG_MMU_LAZY_TLB_REFCOUNT=y',
    'CONFIG_BINFMT_ELF_FDPIC=y',
    'CONFIG_HOSTFS=y',
    'CONFIG_UML_NET_VECTOR=y',
    'CONFIG_NULL_CHAN=y',
  ].join('\n'),
  help: 'User Mode Linux v7.2.13\n\nseccomp=<on/auto/off>\n    Configure whether or not SECCOMP is used.',
};

test('a kernel without an MMU is known before it boots; what can’t run on it is refused, and its words differ', async () => {
  host = await TestHost.start();
  const path = join(host.home, 'linux-nommu');
  makeStandInKernel(path, nommu);
  const said = runPaddock(host, ['kernel', 'probe', path, '--json']).out;
  expect(JSON.parse(said)).toMatchObject({ version: '7.2.13', answers: { mmu: 'no', seccomp: 'no' } });
  expect(runPaddock(host, ['kernel', 'probe', path]).out).toMatch(
    /no +Seccomp mode \(seccomp=\) +A kernel without memory protection crashes with it/,
  );
  // It has the higher version, and is nobody's default.
  runPaddock(host, ['kernel', 'add', path]);
  const other = await host.makeTiny({ name: 'usual', start: false });
  expect(host.vm(other).kernelPath).not.toBe(path);

  const id = await host.makeTiny({ name: 'bare', kernelPath: path, start: false });
  const { argv } = await host.client.must('vms.commandLine', { id });
  expect(argv.filter((word) => /^(root|init|seccomp|rw)/.test(word))).toEqual(['rw', 'init=/sbin/init']);
  // The tiny image's BusyBox is not one that such a kernel loads.
  expect(await host.client.call('vms.start', { id })).toMatchObject({
    ok: false,
    error: { code: 'nommu-init', params: { why: expect.stringMatching(/^is not position-independent/) } },
  });
  expect(
    await host.client.call('vms.configure', {
      id,
      changes: { runMode: { ...plainRunMode, seccomp: 'auto' } },
    }),
  ).toMatchObject({ ok: false, error: { code: 'kernel-lacks' } });
  expect(host.vm(id).state).toBe('defined');
});

test('a machine that ran on another kernel is looked at, too, before it starts without an MMU: with what its guest wrote', async () => {
  host = await TestHost.start();
  const path = join(host.home, 'linux-nommu');
  makeStandInKernel(path, { ...nommu, console: 'Kernel panic - not syncing: a stand-in\r\n' });
  const id = await host.makeTiny({ name: 'moved' });
  const usual = host.vm(id).kernelPath;
  const moveTo = async (kernelPath: string): Promise<void> => {
    await host.client.must('vms.stop', { id, how: 'shutdown' });
    await host.untilState(id, 'stopped', 40);
    await host.client.must('vms.configure', { id, changes: { kernelPath } });
  };
  await host.login(id);
  await moveTo(path);
  expect(await host.client.call('vms.start', { id })).toMatchObject({
    ok: false,
    error: { code: 'nommu-init', params: { why: expect.stringMatching(/^is not position-independent/) } },
  });

  // Its guest puts one there that such a kernel runs.
  writeFileSync(join(host.home, 'init.c'), 'int main(void) { return 0; }\n');
  execFileSync('gcc', ['-static-pie', '-o', join(host.home, 'init'), join(host.home, 'init.c')]);
  await host.client.must('vms.configure', { id, changes: { kernelPath: usual } });
  await host.client.must('vms.start', { id });
  const con0 = await host.login(id);
  expect(runPaddock(host, ['copy', join(host.home, 'init'), 'moved:/root/init'])).toMatchObject({
    status: 0,
  });
  expect(await con0.run('chmod 755 /root/init; mv /root/init /sbin/init; sync; echo $?')).toBe('0');
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  await host.client.must('vms.configure', { id, changes: { kernelPath: path } });
  expect(await host.client.call('vms.start', { id })).toMatchObject({ ok: true });
  await host.untilState(id, 'crashed');
  expect(readdirSync(join(host.dataDir, 'vms', id)).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

/** What kernels of the series printed when something ended them, with the reason that is told (facts/nommu 2). */
const ends: [string, string, string][] = [
  [
    '/bin/bash: error while loading shared libraries: libtinfo.so.6: failed to map segment from shared object\r\nKernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00\r\n',
    'init-not-runnable',
    'glibc',
  ],
  ['Kernel panic - not syncing: Requested init /bin/busybox failed (error -8).\r\n', 'init-not-runnable', ''],
  ['Kernel panic - not syncing: Requested init /sbin/init failed (error -2).\r\n', 'no-init', ''],
  [
    'nommu: Allocation of length 419430400 from process 1 (init) failed\r\nKernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\r\n',
    'nommu-memory',
    'in one piece',
  ],
];

test.each(ends)('without an MMU: %s', async (text, code, hint) => {
  host = await TestHost.start();
  const path = join(host.home, 'linux-nommu');
  makeStandInKernel(path, { ...nommu, console: text });
  // A disk that was copied is not looked into: what its guest did to it is not known.
  const id = await host.makeTiny({ name: 'bare', kernelPath: path, disk: 'copy' });
  const { lastEnd, runNumber } = await host.untilState(id, 'crashed');
  expect(lastEnd?.reason.code).toBe(code);
  const { events } = await host.client.must('runs.events', { id, run: runNumber });
  const hints = events.flatMap((event) => (event.kind === 'hint' ? [event.text] : []));
  expect(hints.join()).toContain(hint);
  expect(hints).toHaveLength(hint === '' ? 0 : 1);
});

test('arguments and modes: refused by name, kept, and read by the guest', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny({ name: 'words', start: false });
  const set = (...words: string[]) => runPaddock(host, ['vm', 'set', 'words', ...words]);
  expect(set('--arg', 'ubd0=/etc/shadow').err).toContain('it is among the machine’s disks');
  expect(set('--arg', 'two words').err).toContain('plain characters');
  expect(set('--cpus', '4').err).toContain('Built without CONFIG_SMP.');
  expect(set('--seccomp', 'perhaps').err).toContain('--seccomp is default, on, auto or off');
  set('--arg', 'paddocktest=one', '--arg', 'loglevel=7');
  const extra = await host.until(
    'the arguments',
    ({ vms }) => vms[id]?.runMode.extra.length === 2 && vms[id].runMode.extra,
  );
  expect(extra).toEqual(['paddocktest=one', 'loglevel=7']);
  await host.client.must('vms.start', { id });
  const con0 = await host.login(id);
  con0.type('cat /proc/cmdline\r');
  await con0.expect(/ paddocktest=one loglevel=7\b/);
  set('--no-args');
  await host.until('none', ({ vms }) => vms[id]?.runMode.extra.length === 0);
});

test('a file that stays where it is: added, changed, removed from the list only; not while a machine has it', async () => {
  host = await TestHost.start();
  const path = join(host.home, 'tree', 'linux');
  mkdirSync(join(host.home, 'tree'));
  copyFileSync('/usr/bin/linux.uml', path);
  expect(runPaddock(host, ['kernel', 'add', path]).err).toBe('');
  const id = await host.makeTiny({ name: 'user', kernelPath: path, start: false });
  expect(runPaddock(host, ['kernel', 'remove', path]).err).toContain(
    'The kernel tree/linux is that of user.',
  );
  await host.client.must('vms.delete', { id });
  // Built anew, it is another kernel under the same path, also for a host that starts later.
  makeStandInKernel(path, { version: '9.9.9', config: 'CONFIG_MMU=y' });
  await host.client.must('kernels.refresh', {});
  expect(host.state.kernels[path]).toMatchObject({ version: '9.9.9', library: { how: { kind: 'file' } } });
  await host.killHost();
  await host.launch();
  await host.until('it is known again', ({ kernels }) => kernels[path] ?? null);
  expect(runPaddock(host, ['kernel', 'remove', '9.9.9']).err).toBe('');
  await host.until('it is off the list', ({ kernels }) => kernels[path] === undefined);
  expect(existsSync(path)).toBe(true);
  expect(runPaddock(host, ['kernel', 'remove', '/usr/bin/linux.uml']).err).toContain(
    'not of Paddock’s library',
  );
});

test('in every command a kernel is named by its path, its version, or its name in the library', async () => {
  host = await TestHost.start();
  const path = join(host.home, 'linux-9');
  makeStandInKernel(path, { version: '9.9.9', config: 'CONFIG_MMU=y\nCONFIG_EXT4_FS=y' });
  const paddock = (words: string) => runPaddock(host, words.split(' '), host.home);
  expect(paddock('kernel add ./linux-9').err).toBe('');
  const id = await host.until('it is known', ({ kernels }) => kernels[path]?.library?.id ?? null);
  for (const [n, word] of ['./linux-9', '9.9.9', id].entries()) {
    expect(paddock(`vm create by-${n} --kernel ${word}`)).toMatchObject({ status: 0, err: '' });
    const made = await host.until(
      'it is made',
      ({ vms }) => Object.values(vms).find(({ name }) => name === `by-${n}`) ?? null,
    );
    expect(made.kernelPath).toBe(path);
    expect(paddock(`vm set by-${n} --kernel ${word} --plan`).out).toBe(
      `With 9.9.9, at ${path}:\nNothing that it uses changes.\n`,
    );
    expect(paddock(`network translate by-${n} --kernel ${word}`)).toMatchObject({ status: 0, err: '' });
    expect(paddock(`kernel kunit --kernel ${word}`).err).toContain('The kernel 9.9.9 can’t test itself');
    expect(paddock(`network host-setup kernel raw --kernel ${word}`)).toMatchObject({ status: 0, err: '' });
  }
  expect(paddock('vm create none --kernel 1.2.3')).toMatchObject({ status: 2, out: '' });
});

test.each([
  ['nobody signed', 'mirror-unsigned', ''],
  ['another key signed', 'mirror-unsigned', '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n'],
])('what %s is not taken, and nothing of it is left', async (_what, code, head) => {
  host = await TestHost.start();
  const asked: string[] = [];
  const release = `${head}Origin: Debian\nSuite: trixie\nCodename: trixie\nDate: Thu, 26 Nov 2026 00:00:00 UTC\nArchitectures: amd64\nComponents: main\n`;
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const isRelease = /\/(In)?Release$/.test(url);
    response.writeHead(isRelease ? 200 : 404).end(isRelease ? release : '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`;
    const { jobId } = await host.client.must('kernels.get', { suite: 'trixie', mirror, acceptStale: true });
    const job = await host.until('its end', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
    expect(job).toMatchObject({ state: 'failed', error: { code } });
    expect(asked.some((url) => url.includes('/pool/') || url.includes('Packages'))).toBe(false);
    expect(readdirSync(join(host.dataDir, 'kernels'))).toEqual([]);
  } finally {
    server.close();
  }
});

test('a mirror that says nothing: cancelled, and the host killed; nothing is left running or half-made', async () => {
  host = await TestHost.start();
  let met = (): void => {};
  const server = createServer(() => met());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`;
  const begin = async (): Promise<string> => {
    const isAsked = new Promise<void>((done) => (met = done));
    const { jobId } = await host.client.must('kernels.get', { suite: 'sid', mirror, acceptStale: false });
    await isAsked;
    return jobId;
  };
  try {
    const jobId = await begin();
    expect(await host.client.call('kernels.get', { suite: 'sid', mirror, acceptStale: false })).toMatchObject(
      {
        ok: false,
        error: { code: 'kernel-getting' },
      },
    );
    await host.client.must('jobs.cancel', { id: jobId });
    await host.until('cancelled', ({ jobs }) => jobs[jobId]?.state === 'cancelled');
    expect(readdirSync(join(host.dataDir, 'kernels'))).toEqual([]);
    await begin();
    await host.killHost();
    await expect.poll(() => processesNaming(join(host.dataDir, 'kernels'))).toEqual([]);
    await host.launch();
    expect(readdirSync(join(host.dataDir, 'kernels'))).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test.skipIf(process.getuid?.() !== 0)(
  'an ordinary user gets a kernel, with nothing of this computer changed',
  { timeout: 120_000 },
  async () => {
    const user = OrdinaryUser.make();
    host = TestHost.folders();
    try {
      await host.launchAs(user);
      const before = execFileSync(
        'sh',
        ['-c', 'dpkg -l | sha256sum; ls -lR /var/lib/apt /etc/apt | sha256sum'],
        { encoding: 'utf8' },
      );
      const { jobId } = await host.client.must('kernels.get', {
        suite: 'trixie',
        mirror: null,
        acceptStale: true,
      });
      const job = await host.until('its end', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId], 100);
      expect(job).toMatchObject({ state: 'succeeded' });
      expect(
        execFileSync('sh', ['-c', 'dpkg -l | sha256sum; ls -lR /var/lib/apt /etc/apt | sha256sum'], {
          encoding: 'utf8',
        }),
      ).toBe(before);
      const id = await host.makeTiny({ name: 'his', kernelPath: job.result });
      await host.login(id);
    } finally {
      await host.remove();
      user.remove();
    }
  },
);
