import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VmId } from '@shared/vms/vm-id.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { mergeOf, planOf } from '../testing/layer-requests.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

const sha = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const imagesDir = (): string => join(host.dataDir, 'images');
const partials = (): string[] => readdirSync(imagesDir()).filter((name) => name.includes('partial'));

/** A stopped machine in whose disk something was changed, and what its guest saw of the whole disk. */
async function changedMachine(): Promise<{ id: VmId; layer: string; base: string; guestSha: string }> {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await con0.run(
    'dd if=/dev/urandom of=/root/random bs=4096 count=200 2>/dev/null; rm /etc/motd; echo merged > /root/proof',
  );
  // Read-only first, so that what the guest reads of the disk is what is on it.
  const said = await con0.run(
    'sync; mount -o remount,ro /; echo 3 > /proc/sys/vm/drop_caches; sha256sum /dev/ubda',
  );
  const guestSha = /[0-9a-f]{64}/.exec(said)?.[0] ?? '';
  await host.client.must('vms.stop', { id, how: 'halt' });
  await host.untilState(id, 'stopped');
  const layer = join(host.dataDir, 'vms', id, 'disk.cow');
  return { id, layer, base: Object.values(host.state.images)[0]?.path ?? '', guestSha };
}

test('the result is what the guest saw, byte for byte, base and layer stay as they are, and it boots', async () => {
  const { id, layer, base, guestSha } = await changedMachine();
  const before = [sha(layer), sha(base), statSync(base).mtimeMs, statSync(layer).mtimeMs];
  const { checks, command } = await host.client.must('layers.planMerge', planOf(id, 'gold'));
  expect(checks.map((check) => check.ok)).toEqual([true, true, true, true]);
  expect(command[0]).toBe('uml_moo');
  const { jobId } = await host.client.must('layers.merge', mergeOf(id, 'gold'));
  const job = await host.until('job', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
  expect(job).toMatchObject({ state: 'succeeded', result: 'gold', error: null });
  expect(job.steps.map(({ title, state }) => `${title}: ${state}`)).toEqual([
    'Merge with uml_moo: done',
    'Flush to disk and check the result: done',
    'Put it in place: done',
  ]);

  const gold = join(imagesDir(), 'gold.img');
  expect(sha(gold)).toBe(guestSha);
  expect(statSync(gold).mode & 0o777).toBe(0o444);
  expect([sha(layer), sha(base), statSync(base).mtimeMs, statSync(layer).mtimeMs]).toEqual(before);
  expect(partials()).toEqual([]);
  const fsck = execFileSync('e2fsck', ['-fn', gold], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(fsck).toMatch(/files/);

  const copy = await host.makeTiny({ name: 'copy', image: 'gold' });
  const con0 = await host.login(copy);
  expect(await con0.run('cat /root/proof; ls /etc/motd 2>/dev/null; hostname')).toBe('merged\ncopy');
  expect(host.vm(copy).layer?.basePath).toBe(gold);
});

test('changed and on-disk sizes of a layer are those that its bitmap and its blocks say', async () => {
  const { id, layer } = await changedMachine();
  const view = host.vm(id).layer;
  expect(view?.onDiskBytes).toBe(statSync(layer).blocks * 512);
  // An independent reading of the format: bitmap at 8192, one bit a sector.
  const file = readFileSync(layer);
  const size = Number(file.readBigUInt64BE(12));
  let bits = 0;
  for (const byte of file.subarray(8192, 8192 + size / 512 / 8))
    bits += byte.toString(2).replaceAll('0', '').length;
  expect(view?.changedBytes).toBe(bits * 512);
  expect(bits * 512).toBeGreaterThan(200 * 4096);
});

test('what a running machine writes shows in its layer while it runs', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await con0.run('dd if=/dev/urandom of=/root/random bs=4096 count=500 2>/dev/null; sync');
  const layer = await host.until('2 MB', ({ vms }) => {
    const view = vms[id]?.layer;
    return view != null && view.changedBytes > 2_000_000 ? view : null;
  });
  expect(layer.onDiskBytes).toBeGreaterThan(2_000_000);
});

test('refused while it runs, by plan and by merge', async () => {
  const id = await host.makeTiny();
  await host.login(id);
  const plan = await host.client.must('layers.planMerge', planOf(id, 'gold'));
  expect(plan.checks[0]).toMatchObject({ ok: false });
  expect(await host.client.call('layers.merge', mergeOf(id, 'gold'))).toMatchObject({
    ok: false,
    error: { code: 'vm-action-refused' },
  });
  expect(existsSync(join(imagesDir(), 'gold.img'))).toBe(false);
});

test('refused when the target exists, is the base, is a link to the base, or is no name', async () => {
  const { id, base } = await changedMachine();
  const merge = (imageName: string): ReturnType<typeof host.client.call> =>
    host.client.call('layers.merge', mergeOf(id, imageName));
  const before = sha(base);
  const baseName = base.slice(imagesDir().length + 1, -4);
  expect(await merge(baseName)).toMatchObject({ ok: false, error: { code: 'merge-target-is-source' } });
  linkSync(base, join(imagesDir(), 'alias.img'));
  expect(await merge('alias')).toMatchObject({ ok: false, error: { code: 'merge-target-is-source' } });
  execFileSync('touch', [join(imagesDir(), 'there.img')]);
  expect(await merge('there')).toMatchObject({ ok: false, error: { code: 'merge-target-exists' } });
  expect(await merge('tiny')).toMatchObject({ ok: false, error: { code: 'merge-target-exists' } });
  for (const name of ['', '../out', 'a b', 'x,y', '-o', 'Gold']) {
    expect(await merge(name)).toMatchObject({ ok: false, error: { code: 'merge-target-invalid' } });
  }
  expect(sha(base)).toBe(before);
  expect(statSync(join(imagesDir(), 'there.img')).size).toBe(0);
  expect(partials()).toEqual([]);
});

test('two merges at the same moment: one machine twice, or two machines into one image, and one of them wins', async () => {
  const { id } = await changedMachine();
  const other = await host.makeTiny({ name: 'other', start: false });
  const outcomes = await Promise.all([
    host.client.call('layers.merge', mergeOf(id, 'gold')),
    host.client.call('layers.merge', mergeOf(id, 'silver')),
    host.client.call('layers.merge', mergeOf(other, 'gold')),
  ]);
  expect(outcomes.map((outcome) => (outcome.ok ? 'merged' : outcome.error.code))).toEqual([
    'merged',
    'vm-action-refused',
    'merge-target-exists',
  ]);
  await host.until('the job', ({ jobs }) => Object.values(jobs).every((job) => job.endedAt !== null));
  expect(existsSync(join(imagesDir(), 'gold.img'))).toBe(true);
  expect(existsSync(join(imagesDir(), 'silver.img'))).toBe(false);
  expect((await host.client.call('layers.merge', mergeOf(other, 'silver'))).ok).toBe(true);
});

test('refused while another program holds the layer, and when the base was touched', async () => {
  const { id, layer, base } = await changedMachine();
  const lock = await host.lockFile(layer);
  expect(await host.client.call('layers.merge', mergeOf(id, 'gold'))).toMatchObject({
    ok: false,
    error: { code: 'layer-locked', params: { pid: lock.pid } },
  });
  await lock.end();
  execFileSync('touch', [base]);
  expect(await host.client.call('layers.merge', mergeOf(id, 'gold'))).toMatchObject({
    ok: false,
    error: { code: 'layer-base-changed' },
  });
});

test('cancelled in the middle, nothing is left and the machine can be used', async () => {
  const { id } = await changedMachine();
  const { jobId } = await host.client.must('layers.merge', mergeOf(id, 'gold'));
  expect(await host.client.call('vms.start', { id })).toMatchObject({
    ok: false,
    error: { code: 'vm-action-refused' },
  });
  await host.client.call('jobs.cancel', { id: jobId });
  const job = await host.until('job', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
  // A small image may be merged before the cancel arrives; then it is whole.
  expect(['cancelled', 'succeeded']).toContain(job.state);
  expect(existsSync(join(imagesDir(), 'gold.img'))).toBe(job.state === 'succeeded');
  expect(partials()).toEqual([]);
  expect(processesNaming('uml_moo')).toEqual([]);
  await host.client.must('vms.start', { id });
  await host.login(id);
});

// As root the library can be put on a file system of its own that is nearly full.
test.runIf(process.getuid?.() === 0)('refused when there is too little room', async () => {
  const { id } = await changedMachine();
  await host.killHost();
  const saved = join(host.home, 'saved');
  execFileSync('cp', ['-a', `${imagesDir()}/.`, saved]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', imagesDir()]);
  try {
    execFileSync('cp', ['-a', '--sparse=always', `${saved}/.`, imagesDir()]);
    await host.launch();
    expect(await host.client.call('layers.merge', mergeOf(id, 'gold'))).toMatchObject({
      ok: false,
      error: { code: 'merge-no-space' },
    });
    expect(partials()).toEqual([]);
  } finally {
    await host.killHost();
    execFileSync('umount', ['-l', imagesDir()]);
  }
});
