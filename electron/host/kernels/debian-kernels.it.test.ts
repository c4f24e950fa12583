import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job } from '@shared/jobs/job.js';
import { plainRunMode } from '@shared/kernels/run-mode.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import type { Link } from '@shared/networks/nic.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { ConsoleReader } from '../testing/console-reader.js';
import { TestHost } from '../testing/test-host.js';

/** Debian's kernels, got into the library as a user gets them, and the same machine on each (docs/kernels.md). */

const suites = ['bookworm', 'trixie', 'sid'] as const;
type Suite = (typeof suites)[number];

let host: TestHost;
const paths = new Map<Suite, string>();
/** Changes of an image, by a helper machine on the newest kernel there was: that of the suite. */
const helped = new Map<Suite, Job>();
beforeAll(async () => {
  host = await TestHost.start();
  const image = await host.client.must('images.makeTiny', {});
  // One after the other: the test is about kernels, not about the mirror.
  for (const suite of suites) {
    // A mirror of this place may be behind; Debian's signature is checked all the same.
    const { jobId } = await host.client.must('kernels.get', { suite, mirror: null, acceptStale: true });
    const job = await ended(jobId, 200);
    expect(job).toMatchObject({ state: 'succeeded' });
    paths.set(suite, job.result ?? '');
    const changes = { hostname: `of-${suite}` };
    const asked = await host.client.must('images.customise', { id: image.id, changes, secrets: {} });
    helped.set(suite, await ended(asked.jobId, 120));
  }
}, 600_000);
afterAll(() => host.remove());

const ended = (jobId: string, seconds: number): Promise<Job> =>
  host.until('the end of a job', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId], seconds);

const kernel = (suite: Suite): Kernel => {
  const found = host.state.kernels[paths.get(suite) ?? ''];
  if (!found) throw new Error(`no kernel of ${suite}`);
  return found;
};

/** What works, for the table of docs/kernels.md. */
const rows = new Map<string, Partial<Record<Suite, string>>>();
const tell = (suite: Suite, feature: string, said: string): void => {
  rows.set(feature, { ...rows.get(feature), [suite]: said });
};

describe.each(suites)('%s', (suite) => {
  test('is of its package, with its modules, and runs with the C library that it needs', () => {
    const { path, version, library, glibc } = kernel(suite);
    expect(library?.how).toMatchObject({ kind: 'debian', suite });
    expect(execFileSync(path, ['--version'], { encoding: 'utf8' }).trim()).toBe(version);
    expect(statSync(join(path, '../lib/modules', version, 'modules.dep')).size).toBeGreaterThan(0);
    const own = execFileSync('ldd', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '';
    const needsOther = Number(glibc?.split('.')[1]) > Number(own.split('.').at(-1));
    const interpreter = /interpreter: (\S+)\]/.exec(
      execFileSync('readelf', ['-l', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    )?.[1];
    expect(interpreter).toBe(
      needsOther ? join(path, '../libc/ld-linux-x86-64.so.2') : '/lib64/ld-linux-x86-64.so.2',
    );
    tell(suite, 'kernel', version);
    tell(suite, 'C library', needsOther ? `of its own (needs ${glibc})` : 'this computer’s');
    for (const id of [
      'seccomp',
      'smp',
      'time-travel',
      'net-legacy',
      'net-vector',
      'hostfs',
      'xfs',
      'btrfs',
    ] as const)
      tell(suite, id, kernel(suite).answers[id]);
  });

  test(
    'boots, logs in on two consoles, is asked by mconsole, reaches the internet, and shuts down',
    { timeout: 120_000 },
    async () => {
      const { path, version } = kernel(suite);
      const id = await host.makeTiny({
        name: `net-${suite}`,
        kernelPath: path,
        memoryMiB: 128,
        nics: [{ unit: 0, link: { kind: 'internet', reachesHost: false, forwards: [] } }],
      });
      const con0 = await host.login(id);
      const con1 = await host.login(id, 'con1');
      expect(readlinkSync(`/proc/${host.vm(id).pid}/exe`)).toBe(path);
      tell(suite, 'boot, login', 'yes');
      con0.type('uname -r; stty size\r');
      await con0.expect(new RegExp(`\\n${version.replaceAll('.', '\\.')}\\b`));
      con1.type('tty\r');
      await con1.expect(/\/dev\/tty1/);
      tell(suite, 'consoles', 'two, by pty');
      const { text } = await host.client.must('vms.mconsole', { id, command: 'version' });
      expect(text).toContain(version);
      tell(suite, 'mconsole', 'yes');
      con0.type(
        'for n in 1 2 3 4 5 6 7 8 9 10; do ip -4 addr | grep -q "scope global" && break; sleep 1; done; ping -c 1 -W 5 "$(ip route | awk \'/^default/ { print $3 }\')" > /dev/null && echo reach""ed\r',
      );
      await con0.expect(/\nreached/, 40);
      tell(suite, 'internet (DHCP, gateway)', 'yes');
      await host.client.must('vms.stop', { id, how: 'shutdown' });
      expect((await host.untilState(id, 'stopped', 40)).lastEnd?.reason.code).toBe('poweroff');
    },
  );

  test(
    'two machines on a network and a cable, by checksum; a card is put in and taken out while one runs',
    { timeout: 120_000 },
    async () => {
      const { path } = kernel(suite);
      const make = async (name: string, kind: 'switch' | 'cable'): Promise<string> => {
        const wanted = { name, kind, internet: false, reachesHost: false, subnet: null, carrier: null };
        return (await host.client.must('networks.create', wanted)).id;
      };
      const [lab, cable] = [await make(`lab-${suite}`, 'switch'), await make(`cable-${suite}`, 'cable')];
      const to = (networkId: string): Link => ({ kind: 'network', networkId, forwards: [] });
      const ids: VmId[] = [];
      for (const n of [1, 2])
        ids.push(
          await host.makeTiny({
            name: `pair${n}-${suite}`,
            kernelPath: path,
            consoles: 1,
            memoryMiB: 96,
            nics: [lab, cable].map((id, unit) => ({ unit, link: to(id) })),
          }),
        );
      const [one] = ids as [VmId];
      const deviceOn = (id: string): string =>
        host.state.networks[id]?.ends.find(({ vmId }) => vmId === one)?.device ?? '';
      const carrier = host.state.networks[lab]?.carrier;
      const cons: ConsoleReader[] = [];
      for (const [n, id] of ids.entries()) {
        const con = await host.login(id);
        // Nobody gives addresses on a cable; what serves is there before it is asked for.
        const [onLab, onCable] = [deviceOn(lab), deviceOn(cable)];
        await con.run(
          `dmesg -n 1; pkill udhcpc; ip addr flush dev ${onLab}; ip addr add 192.168.6.${n + 1}/24 dev ${onLab}; ip link set ${onLab} up; ip addr add 192.168.7.${n + 1}/24 dev ${onCable}; ip link set ${onCable} up; mkdir /s; dd if=/dev/urandom of=/s/f bs=1k count=300 2>/dev/null; httpd -p 81 -h /s`,
        );
        cons.push(con);
      }
      const [con1, con2] = cons as [ConsoleReader, ConsoleReader];
      const sums = [await con1.run('sha256sum < /s/f'), await con2.run('sha256sum < /s/f')];
      for (const net of ['192.168.6', '192.168.7']) {
        expect(await con2.run(`wget -q -O - http://${net}.1:81/f | sha256sum`)).toBe(sums[0]);
        expect(await con1.run(`wget -q -O - http://${net}.2:81/f | sha256sum`)).toBe(sums[1]);
      }
      tell(suite, 'network, by checksum', `yes (${carrier}, ${deviceOn(lab)})`);
      tell(suite, 'cable, by checksum', `yes (${deviceOn(cable)})`);

      const lead = async (...links: Link[]): Promise<void> => {
        const nics = links.map((link, unit) => ({ ...host.vm(one).nics[unit], unit, link }));
        await host.client.must('vms.configure', { id: one, changes: { nics } });
      };
      const devices = (): Promise<string> => con1.run('ls /sys/class/net | tr "\\n" " "');
      const before = await devices();
      await lead(to(lab), to(cable), { kind: 'internet', reachesHost: false, forwards: [] });
      const device = kernel(suite).transports?.includes('vector-vde') === true ? 'vec2' : 'eth2';
      expect(
        await con1.run(
          `until ip -4 addr show ${device} | grep -q "inet 10.0.2.15"; do sleep 0.1; done; echo yes`,
        ),
      ).toBe('yes');
      await lead(to(lab), to(cable));
      expect(await devices()).toBe(before);
      tell(suite, 'a card while it runs', `yes (${device})`);
      for (const id of ids) {
        await host.client.must('vms.stop', { id, how: 'force' });
        await host.untilState(id, 'stopped');
      }
    },
  );

  test(
    'its layer is merged into an image that holds what the guest wrote',
    { timeout: 120_000 },
    async () => {
      const { path } = kernel(suite);
      const id = await host.makeTiny({ name: `cow-${suite}`, kernelPath: path, memoryMiB: 128 });
      const con0 = await host.login(id);
      con0.type('head -c 3000000 /dev/urandom > /root/blob; sync; sha256sum < /root/blob\r');
      const sum = (await con0.expect(/\n([0-9a-f]{64})/))[1] ?? '';
      await host.client.must('vms.stop', { id, how: 'shutdown' });
      await host.untilState(id, 'stopped', 40);
      tell(suite, 'layers', 'yes');
      const layerId = Object.values(host.state.layers).find(({ vmId }) => vmId === id)?.id ?? '';
      const { jobId } = await host.client.must('layers.merge', {
        layerId,
        target: { kind: 'image', name: `gold-${suite}` },
        engine: 'uml_moo',
        verify: true,
        confirm: null,
      });
      expect(
        await host.until('the merge', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]),
      ).toMatchObject({ state: 'succeeded' });
      const image = Object.values(host.state.images).find(({ name }) => name === `gold-${suite}`);
      execFileSync('debugfs', ['-R', `dump /root/blob ${host.home}/blob-${suite}`, image?.path ?? ''], {
        stdio: 'ignore',
      });
      expect(
        execFileSync('sha256sum', [`${host.home}/blob-${suite}`], { encoding: 'utf8' }).slice(0, 64),
      ).toBe(sum);
      tell(suite, 'merge (uml_moo)', 'yes');
    },
  );

  test('helper machines change images on it', () => {
    expect(helped.get(suite)).toMatchObject({ state: 'succeeded', error: null });
    tell(suite, 'helper machine', 'yes');
  });

  test(
    'in a copy of this computer’s files all can be written, by its own module of overlayfs',
    { timeout: 120_000 },
    async () => {
      const { path, version } = kernel(suite);
      const id = await host.makeTiny({
        name: `files-${suite}`,
        kernelPath: path,
        root: { kind: 'computer' },
        memoryMiB: 256,
      });
      const con0 = await host.login(id);
      expect(await con0.run('uname -r; echo mine > /usr/written && cat /usr/written')).toBe(
        `${version}\nmine`,
      );
      await host.client.must('vms.stop', { id, how: 'force' });
      await host.untilState(id, 'stopped');
      expect(existsSync('/usr/written')).toBe(false);
      tell(suite, 'copy of this computer', 'yes, all of it writable');
    },
  );

  test('seccomp=on where it is, and its reason where it isn’t', { timeout: 60_000 }, async () => {
    const { path, answers } = kernel(suite);
    const id = await host.makeTiny({ name: `sec-${suite}`, kernelPath: path, memoryMiB: 128, start: false });
    const answer = await host.client.call('vms.configure', {
      id,
      changes: { runMode: { ...plainRunMode, seccomp: 'on' } },
    });
    if (answers.seccomp === 'no') {
      expect(answer).toMatchObject({ ok: false, error: { code: 'kernel-lacks' } });
      tell(suite, 'seccomp=on', 'not there: said before the start');
      return;
    }
    expect(answer.ok).toBe(true);
    await host.client.must('vms.start', { id });
    const con0 = await host.login(id);
    con0.type('dmesg | grep -i seccomp; echo do""ne\r');
    await con0.expect(/\ndone/);
    const pid = host.vm(id).pid ?? 0;
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('\0seccomp=on\0');
    // Its programs are under a filter, and nobody traces them (proc(5), Seccomp and TracerPid).
    const children = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const states = children.map((child) => readFileSync(`/proc/${child}/status`, 'utf8'));
    expect(states.some((status) => /^Seccomp:\t2$/m.test(status) && /^TracerPid:\t0$/m.test(status))).toBe(
      true,
    );
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
    tell(suite, 'seccomp=on', 'yes');
  });
});

test('the table', () => {
  const cells = [...rows].map(
    ([feature, by]) => `| ${feature} | ${suites.map((suite) => by[suite] ?? '').join(' | ')} |`,
  );
  console.log(['| | bookworm | trixie | sid |', '|---|---|---|---|', ...cells].join('\n'));
  expect(rows.size).toBeGreaterThan(12);
  for (const [feature, by] of rows) expect([feature, Object.keys(by)]).toEqual([feature, [...suites]]);
});
