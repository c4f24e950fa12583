import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeError } from '@shared/errors/paddock-error.js';
import { shareMountLine, type Share } from '@shared/vms/share.js';
import { diskBoot } from '@shared/vms/boot.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
/** Holds the shares, and beside them what no guest may see. */
let outside: string;
beforeEach(() => {
  host = TestHost.folders();
  outside = mkdtempSync('/var/tmp/pdk-');
});
afterEach(async () => {
  await host.remove();
  rmSync(outside, { recursive: true, force: true });
});

const SECRET = `secret-${randomBytes(12).toString('hex')}`;
const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Two folders to share, and the secret. */
function makeFolders(owner?: OrdinaryUser): Share[] {
  for (const name of ['given', 'to write']) mkdirSync(join(outside, name));
  writeFileSync(join(outside, 'secret'), SECRET);
  writeFileSync(join(outside, 'given/there'), randomBytes(300_000));
  symlinkSync(join(outside, 'secret'), join(outside, 'given/absolute'));
  symlinkSync('../secret', join(outside, 'given/up'));
  if (owner) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, outside]);
  return [
    { name: 'given', path: join(outside, 'given'), readOnly: true },
    { name: 'to-write', path: join(outside, 'to write'), readOnly: false },
  ];
}

const share = (id: VmId, shares: Share[]): Promise<unknown> =>
  host.client.must('vms.configure', { id, changes: { shares } });

/** The guest tools have mounted what there is. */
async function untilMounted(id: VmId): Promise<{ name: string; why: string | null }[]> {
  await host.until(
    'shares',
    ({ vms }) => (vms[id]?.eventCount ?? 0) > 0 && vms[id]?.guestTools?.readyAt !== null,
  );
  for (;;) {
    const { eventCount } = host.vm(id);
    const { events } = await host.client.must('runs.events', { id, run: host.vm(id).runNumber });
    const told = (events as { kind: string; shares?: { name: string; why: string | null }[] }[]).find(
      ({ kind }) => kind === 'shares',
    );
    if (told?.shares) return told.shares;
    await host.until('another event', ({ vms }) => (vms[id]?.eventCount ?? 0) > eventCount);
  }
}

describe.each(['root', 'an ordinary user'] as const)('as %s', (who) => {
  let user: OrdinaryUser | undefined;
  beforeEach(async () => {
    user = who === 'root' ? undefined : OrdinaryUser.make();
    if (user) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, host.home, outside]);
    if (user) host.env['HOME'] = host.home;
    await host.launch({ under: user ? user.under : [] });
  });
  afterEach(async () => {
    await host.remove();
    user?.remove();
  });

  test('bytes go both ways, read-only is read-only for the guest’s root, and nothing else is in reach', async () => {
    const shares = makeFolders(user);
    const there = readFileSync(join(outside, 'given/there'));
    const id = await host.makeTiny({ start: false });
    await share(id, shares);
    expect(host.vm(id).shares).toEqual(shares);
    await host.client.must('vms.start', { id });
    const con = await host.login(id);
    expect(await untilMounted(id)).toEqual([
      { name: 'given', why: null },
      { name: 'to-write', why: null },
    ]);
    // Both directions, by checksum.
    expect(await con.run('sha256sum < /mnt/given/there')).toContain(sum(there));
    const said = await con.run(
      'dd if=/dev/urandom of=/mnt/to-write/back bs=1000 count=300 2>/dev/null; sync; sha256sum < /mnt/to-write/back',
    );
    expect(said).toContain(sum(readFileSync(join(outside, 'to write/back'))));

    // Read-only, whatever the guest's root does.
    const tries = await con.run(
      'mount -o remount,rw /mnt/given; echo no > /mnt/given/there; rm -f /mnt/given/there; mkdir -p /tmp/rw; ' +
        'mount -t hostfs -o rw,given none /tmp/rw; echo no > /tmp/rw/there; touch /tmp/rw/new; chmod 777 /tmp/rw/there',
    );
    expect(tries.match(/Read-only file system/g)?.length).toBeGreaterThanOrEqual(4);
    expect(sum(readFileSync(join(outside, 'given/there')))).toBe(sum(there));

    // Out of it: by links of its own and of others', by mounts from above and from the root of all, by hidden paths.
    const secret = join(outside, 'secret');
    await con.run(
      `cd /mnt/to-write; ln -s / d; ln -s ${secret} a; ln -s ../secret b; ln -s /proc/self/root${secret} c; cd /`,
    );
    await con.run(
      'mkdir -p /tmp/m0 /tmp/m1 /tmp/m2 /tmp/m3 /tmp/m4 /tmp/m5; mount -t hostfs none /tmp/m0; mount -t hostfs -o / none /tmp/m1; ' +
        `mount -t hostfs -o ../../../.. none /tmp/m2; mount -t hostfs -o ..${outside} none /tmp/m3; mount -t hostfs -o to-write/b none /tmp/m4; mount -t hostfs -o to-write/d${outside} none /tmp/m5`,
    );
    const found = await con.run(
      `cat /mnt/given/absolute /mnt/given/up /mnt/to-write/a /mnt/to-write/b /mnt/to-write/c /mnt/given/../../..${secret} 2>/dev/null; ` +
        `for m in /tmp/m0 /tmp/m1 /tmp/m2 /tmp/m3 /tmp/m4 /tmp/m5; do for p in ${secret} /../secret /given/../../secret /secret /given/up /to-write/a /proc/1/root${secret} /proc/${host.pid}/root${secret}; do cat $m$p 2>/dev/null; done; done; echo over`,
    );
    expect(found).not.toContain(SECRET);
    expect(found).toMatch(/over$/);
    // It did get above its shares, which shows what would be open without the namespace.
    expect(await con.run('ls /tmp/m2')).toMatch(/shares/);
    expect(
      await con.run(
        `for d in / /usr /shares ${outside}; do touch /tmp/m2$d/hacked-by-guest; done 2>&1 | grep -c -e Read-only -e 'No such' -e denied`,
      ),
    ).toBe('4');
    expect(
      await con.run(`find /tmp/m2${host.dataDir} -type f 2>/dev/null | grep -v -e cow -e img | wc -l`),
    ).toBe('0');

    // The shares of a machine that runs are those that it was started with, and it ends as others do.
    await share(id, []);
    expect(await con.run('cat /mnt/to-write/back | wc -c')).toBe('300000');
    con.type('poweroff\r');
    expect((await host.untilState(id, 'stopped')).lastEnd?.reason).toEqual({ code: 'poweroff' });
    expect(processesNaming(host.runtimeDir)).toEqual([]);
    const argv = (await host.client.must('vms.commandLine', { id })).argv.join(' ');
    expect(argv).not.toContain('hostfs=');
    expect(readFileSync(secret, 'utf8')).toBe(SECRET);
  });
});

test('with network cards; without guest tools the line that is told mounts it', async () => {
  await host.launch();
  const shares = makeFolders();
  const { id: networkId } = await host.client.must('networks.create', {
    name: 'lab',
    kind: 'switch',
    internet: true,
    reachesHost: false,
    subnet: null,
    carrier: null,
  } as never);
  const id = await host.makeTiny({
    start: false,
    nics: [
      { unit: 0, link: { kind: 'network', networkId, forwards: [] } },
      { unit: 1, link: { kind: 'internet', forwards: [], reachesHost: false } },
    ],
  });
  await share(id, shares);
  await host.client.must('vms.start', { id });
  const con = await host.login(id);
  await untilMounted(id);
  // By a tap in the networks' namespace, and by a program that its kernel starts.
  await host.until(
    'two addresses',
    ({ vms }) => vms[id]?.guestTools?.addresses.filter((one) => one.includes('.')).length === 2,
  );
  await con.run('umount /mnt/given; echo still > /mnt/to-write/x');
  writeFileSync(join(outside, 'given/word'), 'by hand');
  const [given] = shares;
  expect(await con.run(`${shareMountLine(given as Share, diskBoot)} && cat /mnt/given/word`)).toBe('by hand');
  const disk = await host.client.call('disks.add', {
    vmId: id,
    unit: null,
    source: { kind: 'empty', sizeMiB: 16 },
    flags: { readOnly: false, sync: false, asData: false, shared: false, noTrim: false },
    serial: null,
  } as never);
  expect(disk.ok ? '' : describeError(disk.error).sentence).toContain('it has shared folders');
});

test('what can’t be shared is refused in words', async () => {
  await host.launch();
  const id = await host.makeTiny({ start: false });
  const refusal = async (path: string, readOnly = true): Promise<string> => {
    const outcome = await host.client.call('vms.configure', {
      id,
      changes: { shares: [{ name: 'x', path, readOnly }] },
    });
    expect(host.vm(id).shares).toEqual([]);
    return outcome.ok ? 'taken' : describeError(outcome.error).sentence;
  };
  expect(await refusal('/')).toContain('own root');
  expect(await refusal('/proc')).toContain('belongs to the system');
  expect(await refusal('/etc/apt')).toContain('/etc belongs to the system');
  expect(await refusal(join(outside, 'none'))).toContain('it is not there');
  expect(await refusal(host.dataDir)).toMatch(/Paddock/);
  expect(await refusal('/usr/share', false)).toContain('only be shared read-only');
  expect(await refusal('relative')).not.toBe('taken');
  symlinkSync('/proc', join(outside, 'link'));
  expect(await refusal(join(outside, 'link'))).toContain('belongs to the system');
  writeFileSync(join(outside, 'file'), '');
  expect(await refusal(join(outside, 'file'))).toContain('it is not a folder');
  writeFileSync(join(outside, 'linux'), '');
  chmodSync(join(outside, 'linux'), 0o755);
  // One that goes away is told at the start.
  mkdirSync(join(outside, 'gone'));
  await share(id, [{ name: 'x', path: join(outside, 'gone'), readOnly: true }]);
  rmSync(join(outside, 'gone'), { recursive: true });
  const outcome = await host.client.call('vms.start', { id });
  expect(outcome.ok ? '' : describeError(outcome.error).sentence).toContain('it is not there');
  expect(host.vm(id)).toMatchObject({ state: 'defined', problem: { code: 'share-folder' } });
});
