import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recipeSchema, type Recipe, type RecipeInput, type Secrets } from '@shared/images/recipe.js';
import type { Job } from '@shared/jobs/job.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { OrdinaryUser } from '../../../../e2e/fixtures/ordinary-user.js';
import type { ConsoleReader } from '../../testing/console-reader.js';
import { runPaddock } from '../../testing/run-paddock.js';
import { TestHost } from '../../testing/test-host.js';

vi.setConfig({ testTimeout: 240_000 });

let host: TestHost;
afterEach(() => host?.remove());

const recipe = (source: RecipeInput['source'], more: Partial<RecipeInput> = {}): Recipe =>
  recipeSchema.parse({ version: 1, name: 'lab', title: 'Lab', source, ...more });
const bookworm = (init: 'systemd' | 'sysvinit' | 'busybox'): RecipeInput['source'] => ({
  kind: 'debian',
  suite: 'bookworm',
  variant: 'minbase',
  init,
  mirror: null,
});
/** A password with what shells, files of accounts and programs stumble over. */
const PASSWORD = `p'a"s\\s:$6 w%o~r d`;

async function ended(jobId: string, seconds = 200): Promise<Job> {
  return host.until('the job ends', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId], seconds);
}
async function build(from: Recipe, name = 'img', secrets: Secrets = {}): Promise<Job> {
  const { jobId } = await host.client.must('images.build', { recipe: from, name, secrets });
  const job = await ended(jobId);
  if (job.error)
    console.log(
      JSON.stringify(job.error),
      (await host.client.must('jobs.log', { id: jobId, from: 0 })).lines.slice(-20),
    );
  return job;
}
/** What is in the library's folder: nothing half-made is. */
const library = (): string[] => readdirSync(join(host.dataDir, 'images')).sort();

async function boot(image: string, memoryMiB = 192): Promise<{ id: VmId; con0: ConsoleReader }> {
  const { id } = await host.client.must('vms.create', {
    name: null,
    image,
    memoryMiB,
    kernelPath: null,
    consoles: tabConsoles(2),
    start: true,
  });
  const con0 = await host.console(id);
  await con0.expect(/login: $/, 90);
  return { id, con0 };
}
async function login(con0: ConsoleReader, user: string, password: string | null): Promise<void> {
  con0.type(`${user}\r`);
  if (password !== null) {
    await con0.expect(/Password: $/, 30);
    con0.type(`${password}\r`);
  }
  await con0.expect(/[#$] /, 30);
}

describe('as root', () => {
  beforeEach(async () => void (host = await TestHost.start()));

  test('Debian with sysvinit, from the window’s call: users, files, time zone and network as the recipe says', async () => {
    const file = join(host.home, 'motd "x"');
    writeFileSync(file, 'a file of mine\n');
    const job = await build(
      recipe(bookworm('sysvinit'), {
        contents: {
          hostname: 'lab-1',
          timezone: 'Europe/Berlin',
          locale: 'de_DE.UTF-8',
          packages: ['tree'],
          files: [{ from: file, to: '/etc/motd', mode: 0o640 }],
          network: {
            device: 'vec0',
            ipv4: { kind: 'fixed', address: '10.7.0.2', prefix: 24, gateway: '10.7.0.1', dns: ['10.7.0.1'] },
          },
        },
        access: {
          root: { kind: 'locked' },
          users: [{ name: 'ada', password: { kind: 'password' }, admin: true }],
          sshKeys: ['ssh-ed25519 AAAA ada'],
        },
        disk: { label: 'lab' },
      }),
      'sysv',
      { ada: PASSWORD },
    );
    expect(job).toMatchObject({ state: 'succeeded', result: 'sysv' });
    expect(library()).toEqual(['sysv.img', 'sysv.json']);
    expect(host.state.images['sysv']).toMatchObject({
      kind: 'debian',
      recipe: 'lab',
      filesystem: 'ext4',
      guestTools: true,
    });
    expect(statSync(join(host.dataDir, 'images/sysv.img')).mode & 0o777).toBe(0o444);
    // Neither the record nor any log holds the password.
    expect(spawnSync('grep', ['-rlF', PASSWORD, host.dataDir]).stdout.toString()).toBe('');

    const { id, con0 } = await boot('sysv');
    con0.type('root\r');
    await con0.expect(/Password: $/);
    con0.type('\r');
    await con0.expect(/Login incorrect/);
    await con0.expect(/login: $/);
    await login(con0, 'ada', PASSWORD);
    expect(await con0.run('hostname; id -un; id -nG; cat /etc/timezone; stat -c %a:%u /etc/motd')).toBe(
      'lab-1\nada\nada sudo\nEurope/Berlin\n640:0',
    );
    expect(await con0.run('echo $LANG; locale -a | grep ^de; date +%Z; date -d 2026-01-02 +%A')).toMatch(
      /^de_DE\.UTF-8\nde_DE\.utf8\nCES?T\nFreitag$/,
    );
    con0.type(`sudo -k sh\r`);
    await con0.expect(/ada: $/);
    con0.type(`${PASSWORD}\r`);
    await con0.expect(/# $/);
    expect(
      await con0.run(
        'cat /etc/motd; tree --version | cut -c1-6; grep -A3 vec0 /etc/network/interfaces; cat /root/.ssh/authorized_keys',
      ),
    ).toBe(
      'a file of mine\ntree v\nauto vec0\niface vec0 inet static\n    address 10.7.0.2/24\n    gateway 10.7.0.1\nssh-ed25519 AAAA ada',
    );
    expect(await con0.run('cat /etc/fstab; findmnt -no OPTIONS /')).toMatch(/ 0 0\nrw,noatime,discard/);
    // The guest tools answer, and a shutdown is a clean one.
    await host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.usable === true, 60);
    await host.client.must('vms.stop', { id, how: 'shutdown' });
    expect((await host.untilState(id, 'stopped', 60)).lastEnd?.reason).toEqual({ code: 'poweroff' });
  });

  test('a tiny image with a name, a password and modules; one with xfs and one with btrfs; each boots and is sound', async () => {
    const kernel = await host.until('a kernel', ({ kernels }) => Object.keys(kernels)[0] ?? null);
    const named = recipe(
      { kind: 'tiny' },
      {
        contents: { hostname: 'keeper', modulesOf: kernel },
        access: { root: { kind: 'password' } },
        disk: { sizeMiB: 256 },
      },
    );
    expect((await build(named, 'named', { root: PASSWORD })).state).toBe('succeeded');
    const { id, con0 } = await boot('named');
    await login(con0, 'root', PASSWORD);
    expect(await con0.run('hostname; dmesg -n 1; modprobe loop && grep -c ^loop /proc/modules')).toBe(
      'keeper\n1',
    );
    await host.client.must('vms.stop', { id, how: 'force' });
    for (const filesystem of ['xfs', 'btrfs'] as const) {
      const job = await build(recipe({ kind: 'tiny' }, { disk: { filesystem } }), filesystem);
      expect(job, filesystem).toMatchObject({ state: 'succeeded' });
      const machine = await boot(filesystem);
      await login(machine.con0, 'root', null);
      expect(
        await machine.con0.run(
          'awk \'$2=="/"{print $3}\' /proc/mounts | tail -1; ls -ldn /etc/shadow | cut -c1-10; touch /x; sync; ls /x',
        ),
      ).toBe(`${filesystem}\n-rw-r-----\n/x`);
      await host.client.must('vms.stop', { id: machine.id, how: 'force' });
    }
  });

  test('a tree that lacks everything for booting; a failure goes on where it was when its cause is gone', async () => {
    // As docker export gives it: programs, and no init, no accounts, no fstab.
    const tree = join(host.home, 'tree');
    mkdirSync(join(tree, 'bin'), { recursive: true });
    mkdirSync(join(tree, 'etc'));
    execFileSync('cp', ['/bin/busybox', join(tree, 'bin/busybox')]);
    for (const name of ['sh', 'ls', 'cat', 'stty', 'tee', 'mkfifo', 'id'])
      execFileSync('ln', ['-s', 'busybox', join(tree, 'bin', name)]);
    const tar = join(host.home, 'export.tar.gz');
    writeFileSync(tar, Buffer.alloc(4096, 'x'));
    const wanted = recipe({ kind: 'tree', path: tar });
    const asked = { recipe: wanted, name: 'exported', secrets: {} };
    expect(await host.client.call('images.build', asked)).toMatchObject({ error: { code: 'image-source' } });
    execFileSync('tar', ['-C', tree, '-czf', tar, '.']);
    const whole = readFileSync(tar);
    // Cut off, which shows only when it is unpacked.
    writeFileSync(tar, whole.subarray(0, whole.length / 2));
    const { jobId } = await host.client.must('images.build', asked);
    expect(await ended(jobId)).toMatchObject({
      state: 'failed',
      canRetry: true,
      error: { code: 'image-source' },
    });
    writeFileSync(tar, whole);
    await host.client.must('jobs.retry', { id: jobId });
    await host.until('done', ({ jobs }) => jobs[jobId]?.state === 'succeeded');
    expect(library()).toEqual(['exported.img', 'exported.json']);
    const { lines } = await host.client.must('jobs.log', { id: jobId, from: 0 });
    expect(lines.join('\n')).toContain('It had no init: BusyBox of this computer was added as one.');
    const { con0 } = await boot('exported', 64);
    await login(con0, 'root', null);
    expect(await con0.run('id -u; hostname')).toMatch(/^0\n/);
  });

  test('a disk of another format becomes an image as it is', async () => {
    const { path } = await host.client.must('images.makeTiny', {});
    const qcow2 = join(host.home, 'disk.qcow2');
    execFileSync('qemu-img', ['convert', '-O', 'qcow2', path, qcow2]);
    const job = await build(recipe({ kind: 'disk', path: qcow2 }), 'from-qcow2');
    expect(job).toMatchObject({ state: 'succeeded' });
    execFileSync('cmp', [path, join(host.dataDir, 'images/from-qcow2.img')]);
    expect(host.state.images['from-qcow2']).toMatchObject({ filesystem: 'ext4', rootPartition: null });
    const { con0 } = await boot('from-qcow2', 64);
    await login(con0, 'root', null);
    // And one with partitions, of which the second has the root file system.
    const parts = join(host.home, 'parts.img');
    execFileSync('sh', [
      '-ec',
      `truncate -s 64M "$1"; printf 'label: gpt\nstart=2048, size=8192\nstart=10240, size=40960\n' | sfdisk -q --no-reread --no-tell-kernel "$1"
       dd if="$2" of="$1" bs=512 seek=10240 conv=notrunc,sparse status=none`,
      'sh',
      parts,
      path,
    ]);
    expect(await build(recipe({ kind: 'disk', path: parts }), 'parts')).toMatchObject({ state: 'succeeded' });
    expect(host.state.images['parts']).toMatchObject({ filesystem: 'ext4', rootPartition: 2 });
    const machine = await boot('parts', 64);
    await login(machine.con0, 'root', null);
    expect(await machine.con0.run('tr " " "\\n" < /proc/cmdline | grep ^root=')).toBe('root=/dev/ubda2');
  });

  test('a tree for kernels without an MMU: its init must be position-independent, and is started by name', async () => {
    const tree = join(host.home, 'alpine');
    mkdirSync(join(tree, 'sbin'), { recursive: true });
    const tar = join(host.home, 'alpine.tar');
    const pack = (init: string): void => {
      execFileSync('cp', [init, join(tree, 'sbin/init')]);
      execFileSync('tar', ['-C', tree, '-cf', tar, '.']);
    };
    const wanted = recipe({ kind: 'nommu', path: tar });
    for (const [init, why] of [
      ['/usr/bin/linux.uml', 'not position-independent'],
      ['/usr/bin/ldd', 'is no program'],
      ['/bin/sh', 'musl'],
    ] as const) {
      pack(init);
      const job = await build(wanted, 'nommu');
      expect(job, init).toMatchObject({ state: 'failed', error: { code: 'recipe-needs' } });
      expect(JSON.stringify(job.error), init).toContain(why);
      await host.client.must('jobs.clear', { id: job.id });
    }
    pack(staticPie(host.home));
    expect(await build(wanted, 'nommu')).toMatchObject({ state: 'succeeded' });
    expect(host.state.images['nommu']).toMatchObject({ kind: 'nommu', init: '/sbin/init' });
    const { id } = await host.client.must('vms.create', {
      name: null,
      image: 'nommu',
      memoryMiB: 64,
      kernelPath: null,
      consoles: tabConsoles(1),
      start: true,
    });
    const con0 = await host.console(id);
    await con0.expect(/Run \/sbin\/init as init process/, 60);
    await con0.expect(/a static program/, 30);
  });

  test('what can’t work is told, and leaves nothing: packages, suite, mirror, no room, cancel', async () => {
    // A mirror that answers to everything that it isn't there.
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`;
    try {
      const nosuch = await build(recipe({ ...bookworm('busybox'), mirror } as never), 'a');
      expect(nosuch).toMatchObject({ state: 'failed', error: { code: 'suite-unknown' }, canRetry: true });
      expect(nosuch.error?.detail?.command).toContain('mmdebstrap');
      await host.client.must('jobs.clear', { id: nosuch.id });
    } finally {
      server.close();
    }
    const away = await build(recipe({ ...bookworm('busybox'), mirror } as never), 'a');
    expect(away).toMatchObject({ state: 'failed', error: { code: 'mirror-unreachable' } });
    await host.client.must('jobs.clear', { id: away.id });
    const unknown = await build(
      recipe(bookworm('busybox'), { contents: { packages: ['no-such-thing-here'] } }),
      'a',
    );
    expect(unknown).toMatchObject({
      state: 'failed',
      error: { code: 'packages-unknown', params: { packages: 'no-such-thing-here' } },
    });
    await host.client.must('jobs.clear', { id: unknown.id });

    const { jobId } = await host.client.must('images.build', {
      recipe: recipe(bookworm('busybox')),
      name: 'b',
      secrets: {},
    });
    await host.until('packages come', ({ jobs }) => (jobs[jobId]?.progress ?? 0) > 0.05, 60);
    await host.client.must('jobs.cancel', { id: jobId });
    expect(await ended(jobId)).toMatchObject({ state: 'cancelled' });
    await expect.poll(library).toEqual([]);

    const small = join(host.dataDir, 'images');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'small', small]);
    try {
      const refused = await host.client.call('images.build', {
        recipe: recipe(bookworm('busybox')),
        name: 'c',
        secrets: {},
      });
      expect(refused).toMatchObject({ ok: false, error: { code: 'image-no-space' } });
      // Guessed to have room, and it hasn't: the disk runs full in the middle.
      const full = await build(recipe({ kind: 'tree', path: bigTar(host.home) }), 'c');
      expect(full).toMatchObject({ state: 'failed', error: { code: 'no-space' } });
      await host.client.must('jobs.clear', { id: full.id });
      await expect.poll(() => readdirSync(small)).toEqual([]);
    } finally {
      execFileSync('umount', ['-l', small]);
    }
    for (const [name, code] of [
      ['tiny', 'image-name-taken'],
      ['A b', 'image-name-invalid'],
    ] as const)
      expect(
        await host.client.call('images.build', { recipe: recipe({ kind: 'tiny' }), name, secrets: {} }),
      ).toMatchObject({ error: { code } });
    expect(
      await host.client.call('images.build', {
        recipe: recipe({ kind: 'tiny' }, { access: { root: { kind: 'password' } } }),
        name: 'x',
        secrets: {},
      }),
    ).toMatchObject({
      error: { code: 'password-missing' },
    });
  });
});

/** Files that pack well: a guess by the size of the tar is far too low. */
function bigTar(folder: string): string {
  const tree = join(folder, 'big');
  mkdirSync(join(tree, 'etc'), { recursive: true });
  writeFileSync(join(tree, 'etc/zeros'), Buffer.alloc(40 * 1024 * 1024));
  execFileSync('tar', ['-C', tree, '-czf', join(folder, 'big.tar.gz'), '.']);
  return join(folder, 'big.tar.gz');
}

describe.skipIf(process.getuid?.() !== 0)('as an ordinary user', () => {
  test.each([
    {
      shipped: 'debian-12',
      plan: /mmdebstrap --verbose --mode=(unshare|fakeroot) --variant=minbase/,
      log: 'Setting up systemd',
      asked:
        "dpkg-query -W -f '${db:Status-Abbrev}\\n' systemd-sysv; stat -c %u:%a /etc/shadow /usr/bin/passwd",
      answer: 'systemd\nii \n0:640\n0:4755',
    },
    {
      shipped: 'debian-12-sysvinit',
      plan: /mmdebstrap --verbose --mode=(unshare|fakeroot) --variant=minbase/,
      log: 'Setting up sysvinit-core',
      asked:
        "dpkg-query -W -f '${db:Status-Abbrev}\\n' sysvinit-core; stat -c %u:%a /etc/shadow /usr/bin/passwd",
      answer: 'init\nii \n0:640\n0:4755',
    },
    {
      shipped: 'tiny-linux',
      plan: /mke2fs -q -F -t ext4 -b 4096/,
      log: '',
      asked: 'readlink -f /proc/1/exe; busybox --list | grep -c "^udhcpc$"; stat -c %u:%a /etc/shadow',
      answer: 'init\n/bin/busybox\n1\n0:640',
    },
  ])(
    'paddock image build $shipped: a login with the password, packages and name',
    async ({ shipped, plan: planned, log, asked, answer }) => {
      const user = OrdinaryUser.make();
      host = TestHost.folders();
      try {
        for (const path of [host.home, join(host.home, 'run')]) chownSync(path, user.uid, user.gid);
        chmodSync(host.home, 0o755);
        const secret = join(host.home, 'secret');
        writeFileSync(secret, `${PASSWORD}\n`);
        chownSync(secret, user.uid, user.gid);
        await host.launch({
          under: user.under,
        });
        const shown = runPaddock(host, ['image', 'recipe', shipped]);
        const found = JSON.parse(shown.out) as Recipe;
        const contents = { ...found.contents, hostname: 'gate' };
        const own = { ...found, contents, access: { root: { kind: 'password' } } };
        const file = join(host.home, 'mine.json');
        writeFileSync(file, JSON.stringify(own));
        const plan = runPaddock(host, ['image', 'build', file, '--name', 'gate', '--plan']);
        expect(plan.out).toMatch(planned);
        expect(plan.status).toBe(0);
        const built = runPaddock(
          host,
          ['image', 'build', file, '--name', 'gate', '--password-file', `root=${secret}`],
          '/',
          200_000,
        );
        expect(built, built.err).toMatchObject({ status: 0, out: 'gate is ready\n' });
        expect(built.err).toContain(log);
        expect(built.err).not.toContain(PASSWORD);
        expect(statSync(join(host.dataDir, 'images/gate.img')).uid).toBe(user.uid);
        execFileSync('e2fsck', ['-fn', join(host.dataDir, 'images/gate.img')], { stdio: 'pipe' });
        const { con0 } = await boot('gate', 256);
        await login(con0, 'root', PASSWORD);
        expect(await con0.run(`hostname; cat /etc/hostname; cat /proc/1/comm; ${asked}`)).toBe(
          `gate\ngate\n${answer}`,
        );
        if (shipped === 'debian-12')
          expect(
            await con0.run('systemctl is-system-running --wait; systemctl --failed --no-legend | wc -l', 60),
          ).toBe('running\n0');
      } finally {
        await host.remove();
        user.remove();
      }
    },
  );
});

/** A program as musl makes them: position-independent and without a loader. It prints a line and powers off. */
function staticPie(folder: string): string {
  const source = join(folder, 'init.c');
  const program = join(folder, 'init');
  writeFileSync(
    source,
    `static long call(long n, long a, long b, long c) {
       long r; __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory"); return r; }
     static const char text[] = "a static program\\n";
     void _start(void) { call(1, 1, (long)text, sizeof text - 1); for (;;) call(34, 0, 0, 0); }`,
  );
  execFileSync('cc', ['-static-pie', '-nostdlib', '-fPIE', '-fno-stack-protector', '-o', program, source]);
  return program;
}
