import { readdirSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Layer } from '@shared/layers/layer.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { imageWithoutTools } from '../testing/image-without-tools.js';
import {
  done,
  failed,
  fileIn,
  fsckAfterCrash,
  mergeByHand,
  outcome,
  sha,
  writeSectors,
  makeDisk,
} from '../testing/layer-oracles.js';
import { TestHost } from '../testing/test-host.js';

// A boot takes two seconds, and ten where other suites run beside it.
vi.setConfig({ testTimeout: 180_000 });

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

const own = (id: VmId): string => join(host.dataDir, 'vms', id, 'disk.cow');
const partials = (): string[] =>
  readdirSync(join(host.dataDir, 'layers')).filter((name) => name.includes('partial'));
const snapshot = (vmId: VmId, note: string): Promise<string> =>
  done(host, host.client.must('layers.snapshot', { vmId, note }));
const layersOf = (snapshotId: string): Layer[] =>
  Object.values(host.state.layers).filter((one) => one.snapshotId === snapshotId);
const first = (snapshotId: string): Layer => {
  const [layer] = layersOf(snapshotId);
  if (!layer) throw new Error(`no snapshot ${snapshotId}`);
  return layer;
};
const restore = (vmId: VmId, snapshotId: string | null, keep = true): Promise<string> =>
  done(host, host.client.must('layers.restore', { vmId, snapshotId, keep }));
const halt = async (id: VmId): Promise<void> => {
  await host.client.must('vms.stop', { id, how: 'halt' });
  await host.untilState(id, 'stopped');
};

test('back to a snapshot: what was then is there, what was there is kept; pristine; and what is dropped can be had back', async () => {
  const id = await host.makeTiny({ name: 'web' });
  await (await host.login(id)).run('echo one > /root/f; sync');
  await halt(id);
  const note = `a first line\n${'and more '.repeat(200)}`;
  const one = await snapshot(id, note);
  const shaOne = sha(own(id));
  expect(layersOf(one)).toMatchObject([
    { role: 'snapshot', name: 'a first line', vmId: id, vmName: 'web', unit: 0, pausedMs: null },
  ]);
  expect(first(one).note).toBe(note.trim());
  expect(sha(first(one).path)).toBe(shaOne);

  await host.client.must('vms.start', { id });
  await (await host.login(id)).run('echo two > /root/f; sync');
  for (const snapshotId of [one, null])
    expect(await outcome(host.client.call('layers.restore', { vmId: id, snapshotId, keep: true }))).toBe(
      'vm-action-refused',
    );
  await halt(id);
  const shaTwo = sha(own(id));
  expect(await outcome(host.client.call('layers.restore', { vmId: id, snapshotId: 'x', keep: true }))).toBe(
    'snapshot-unknown',
  );

  await restore(id, one);
  expect(sha(own(id))).toBe(shaOne);
  const kept = Object.values(host.state.layers).find(({ origin }) => origin === 'kept by itself');
  expect(kept).toMatchObject({ role: 'snapshot', vmId: id, name: 'before it went back to “a first line”' });
  expect(sha(kept?.path ?? '')).toBe(shaTwo);
  // The snapshot itself is as it was, and can be gone back to again.
  expect(sha(first(one).path)).toBe(shaOne);

  await host.client.must('vms.start', { id });
  expect(await (await host.login(id)).run('cat /root/f')).toBe('one');
  await halt(id);
  const shaThree = sha(own(id));
  await restore(id, null, false);
  await host.client.must('layers.look', {});
  expect(host.state.layers[`${id}.0`]).toMatchObject({ changedBytes: 0, state: { kind: 'ok' } });
  const { entries } = await host.client.must('trash.list', {});
  expect(entries).toMatchObject([{ name: 'layer of web', why: 'it went back to the pristine base' }]);
  const { path } = await host.client.must('trash.restore', { id: entries[0]?.id ?? '' });
  expect(sha(path)).toBe(shaThree);
  const back = Object.values(host.state.layers).find((layer) => layer.path === path);
  expect(back).toMatchObject({ role: 'free', origin: 'was a layer of web', state: { kind: 'ok' } });

  await restore(id, kept?.snapshotId ?? '');
  expect(sha(own(id))).toBe(shaTwo);

  // Names and notes survive the host, and the snapshots their machine.
  await host.killHost();
  await host.launch();
  await host.client.must('layers.look', {});
  expect(first(one).note).toBe(note.trim());
  await host.client.must('vms.delete', { id });
  await host.until('no machine layer', ({ layers }) => !layers[`${id}.0`]);
  expect(first(one)).toMatchObject({ vmName: 'web', state: { kind: 'ok' } });
  const branch = { layerId: first(one).id, name: 'from a snapshot', note: '' };
  const twig = await done(host, host.client.must('layers.branch', branch));
  expect(sha(host.state.layers[twig]?.path ?? '')).toBe(shaOne);
  expect(host.state.layers[twig]?.origin).toBe('branch of “a first line” of web');
  await host.client.must('layers.trash', { layerId: first(one).id });
  expect(layersOf(one)).toEqual([]);
});

test.each([
  ['with guest tools', true],
  ['without guest tools', false],
])(
  'a snapshot of a machine that writes all the time is whole, %s; a paused one stays paused',
  async (_, hasTools) => {
    const tiny = await host.makeTiny({ name: 'tiny', start: false });
    const base = host.vm(tiny).disks[0]?.basePath ?? '';
    const id = await host.makeTiny({
      name: 'web',
      image: hasTools ? 'tiny' : imageWithoutTools(base, host.home),
    });
    const con0 = await host.login(id);
    await host.until('tools', ({ vms }) => !hasTools || vms[id]?.guestTools?.usable === true);
    await con0.run('echo synced > /root/before; sync');
    await con0.run('echo held back > /root/unsynced');
    const con1 = await host.login(id, 'con1');
    con1.type('n=0; while :; do n=$((n+1)); echo $n >> /root/log; cp /bin/busybox /root/b$((n%3)); done\r');
    await con0.run('while [ ! -s /root/log ]; do :; done');

    const taken = await snapshot(id, 'busy');
    const { path, pausedMs, basePath, state } = first(taken);
    expect(state).toEqual({ kind: 'ok' });
    expect(pausedMs).toBeGreaterThan(0);
    expect(pausedMs).toBeLessThan(10_000);
    expect(host.vm(id).state).toBe('running');
    // So is a branch of it, which its base stays under.
    const branch = { layerId: `${id}.0`, name: 'of the running one', note: '' };
    const twig = await done(host, host.client.must('layers.branch', branch));
    const branched = mergeByHand(
      basePath,
      host.state.layers[twig]?.path ?? '',
      join(host.home, 'branched.img'),
    );
    const look = fsckAfterCrash(branched);
    expect([0, 1], look.said).toContain(look.recovery);
    expect(look.after, look.said).toBe(0);
    expect(fileIn(branched, '/root/before')).toBe('synced\n');
    expect(host.vm(id).state).toBe('running');
    // It goes on.
    const count = Number(await con0.run('wc -l < /root/log'));
    await con0.run(`while [ $(wc -l < /root/log) -le ${count} ]; do :; done`);
    const merged = mergeByHand(basePath, path, join(host.home, 'merged.img'));
    const { recovery, after, said } = fsckAfterCrash(merged);
    expect([0, 1], said).toContain(recovery);
    expect(after, said).toBe(0);
    expect(fileIn(merged, '/root/before')).toBe('synced\n');
    // What the guest held back was written down by the sync before. SysRq's doesn't wait for the journal: there it is whole
    // or, seldom, not yet in.
    expect(fileIn(merged, '/root/unsynced')).toMatch(hasTools ? /^held back\n$/ : /^(held back\n)?$/);

    await host.client.must('vms.pause', { id });
    const still = await snapshot(id, 'paused');
    expect(host.vm(id).state).toBe('paused');
    expect(first(still)).toMatchObject({ pausedMs: null, state: { kind: 'ok' } });
    expect(sha(first(still).path)).toBe(sha(own(id)));
    await host.client.must('vms.resume', { id });
    expect(await con0.run('cat /root/before')).toBe('synced');
    expect(partials()).toEqual([]);
  },
);

test('a machine whose layer is damaged is broken, and is mended by going back or by letting go of the layer', async () => {
  const id = await host.makeTiny({ name: 'web', start: false });
  const one = await snapshot(id, 'made');
  const damage = async (): Promise<void> => {
    await host.killHost();
    truncateSync(own(id), 0);
    await host.launch();
    // Which looks once more at what is broken.
    await host.until('the first look', ({ checks }) => Object.keys(checks).length > 0);
    await host.client.must('layers.look', {});
    expect(host.vm(id).state).toBe('broken');
    expect(host.state.layers[`${id}.0`]?.state.kind).toBe('damaged');
    expect(await outcome(host.client.call('vms.start', { id }))).toBe('vm-action-refused');
  };
  const isWhole = (): void => {
    expect(host.vm(id)).toMatchObject({ state: 'stopped', problem: null });
    expect(host.state.layers[`${id}.0`]).toMatchObject({ changedBytes: 0, state: { kind: 'ok' } });
  };
  await damage();
  await restore(id, null);
  isWhole();
  await damage();
  await restore(id, one);
  isWhole();
  await damage();
  const { mends } = await host.client.must('layers.planMend', { layerId: `${id}.0`, basePath: null });
  expect(mends).toMatchObject([{ kind: 'trash', refused: null }]);
  await done(host, host.client.must('layers.mend', { layerId: `${id}.0`, kind: 'trash', basePath: null }));
  isWhole();
  // What could not be used was never kept as a state to come back to.
  expect(Object.values(host.state.layers).filter(({ role }) => role === 'snapshot')).toHaveLength(1);
  expect((await host.client.must('trash.list', {})).entries).toHaveLength(3);
  await host.client.must('vms.start', { id });
  await host.login(id);
});

test('a host that is killed in the middle of a snapshot leaves nothing of it, and the machine goes on', async () => {
  const base = makeDisk(host.home, 'large.img', { mib: 600 });
  const { layerId } = await host.client.must('layers.create', { image: base, name: 'large', note: '' });
  const large = host.state.layers[layerId]?.path ?? '';
  for (let n = 0; n < 16; n += 1) writeSectors(large, n * 65536 + 1000, Buffer.alloc(24 << 20, `${n}x`));
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  const added = await host.client.must('disks.add', {
    vmId: id,
    unit: null,
    source: { kind: 'free-layer', layerId },
    flags: { readOnly: false, sync: false, asData: false, shared: false, noTrim: false },
    serial: null,
  });
  expect(added).toEqual({ unit: 1 });
  expect(await con0.run('grep -c ubdb /proc/partitions')).toBe('1');
  await host.client.must('layers.snapshot', { vmId: id, note: 'never' });
  // The small one is copied, and the large one is being copied.
  await vi.waitFor(() => expect(partials()).toHaveLength(2), { timeout: 30_000, interval: 5 });
  await host.killHost();
  expect(partials()).toHaveLength(2);
  await host.launch();
  expect(partials()).toEqual([]);
  await host.client.must('layers.look', {});
  expect(Object.values(host.state.layers).map(({ role }) => role)).toEqual(['machine', 'machine']);
  await host.untilState(id, 'paused');
  expect(host.vm(id).disks.map(({ isPlugged }) => isPlugged)).toEqual([true, true]);
  await host.client.must('vms.resume', { id });
  await host.client.must('vms.stop', { id, how: 'shutdown' });
  expect((await host.untilState(id, 'stopped')).lastEnd?.reason.code).toMatch(/poweroff|shutdown|ended/);
  // Both layers were whole all the time.
  const taken = await snapshot(id, 'now');
  const units = layersOf(taken).map(({ unit }) => unit);
  expect(new Set(units)).toEqual(new Set([0, 1]));
  // One note for all of them.
  await host.client.must('layers.describe', { layerId: first(taken).id, note: 'renamed' });
  expect(layersOf(taken).map(({ name }) => name)).toEqual(['renamed', 'renamed']);
});

test('a snapshot that fails half way leaves nothing and lets the machine go on', async () => {
  const id = await host.makeTiny({ name: 'web', start: false });
  await snapshot(id, 'one');
  const folder = join(host.dataDir, 'layers');
  const before = readdirSync(folder).sort();
  await host.client.must('vms.start', { id });
  await host.login(id);
  renameSync(folder, `${folder}.away`);
  expect(await failed(host, host.client.must('layers.snapshot', { vmId: id, note: 'two' }))).toBe('internal');
  expect(host.vm(id).state).toBe('running');
  renameSync(`${folder}.away`, folder);
  expect(readdirSync(folder).sort()).toEqual(before);
  await snapshot(id, 'three');
});
