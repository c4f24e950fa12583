import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CallInput } from '@shared/api/calls.js';
import type { Outcome } from '@shared/api/client.js';
import { noDiskFlags } from '@shared/layers/disk.js';
import type { LayerState } from '@shared/layers/layer.js';
import type { MergeEngine } from '@shared/layers/merge-plan.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import {
  done,
  ended,
  makeDisk,
  mergeByHand,
  outcome,
  seconds,
  sha,
  writeSectors,
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
const intents = (): string[] => readdirSync(join(host.dataDir, 'merges'));
const stateOf = (id: string): LayerState | undefined => host.state.layers[id]?.state;
const intoBase = (
  layerId: string,
  engine: MergeEngine,
  confirm: string | null,
): CallInput<'layers.merge'> => ({ layerId, target: { kind: 'base' }, engine, verify: false, confirm });
const mend = (layerId: string, kind: 'resume-merge' | 'restore-time'): Promise<{ jobId: string }> =>
  host.client.must('layers.mend', { layerId, kind, basePath: null });

/** A stopped machine that wrote something, its base, and what its guest saw of the whole disk. */
async function changedMachine(): Promise<{ id: VmId; base: string; guestSha: string }> {
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  await con0.run(
    'dd if=/dev/urandom of=/root/random bs=4096 count=100 2>/dev/null; echo merged > /root/proof',
  );
  const said = await con0.run(
    'sync; mount -o remount,ro /; echo 3 > /proc/sys/vm/drop_caches; sha256sum /dev/ubda',
  );
  await host.client.must('vms.stop', { id, how: 'halt' });
  await host.untilState(id, 'stopped');
  const base = host.vm(id).disks[0]?.basePath ?? '';
  await host.until('the hash', ({ bases }) => Object.values(bases).every((one) => one.contentHash !== null));
  return { id, base, guestSha: /[0-9a-f]{64}/.exec(said)?.[0] ?? '' };
}

test.each(['uml_moo', 'fast'] as const)(
  'merged into the base by %s it is what the guest saw; the machine goes on on it, and other layers say what happened',
  async (engine) => {
    const { id, base, guestSha } = await changedMachine();
    const layerId = `${id}.0`;
    const sibling = await host.makeTiny({ name: 'sibling', start: false });
    const { layerId: free } = await host.client.must('layers.create', {
      image: 'tiny',
      name: 'free',
      note: '',
    });
    const before = [sha(base), sha(own(id)), statSync(base).mtimeMs];
    const target = { kind: 'base' } as const;
    const plan = await host.client.must('layers.planMerge', { layerId, target, engine });
    expect(plan.checks.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(plan.breaks.map(({ name }) => name).sort()).toEqual(['free', 'sibling']);
    expect(plan.confirmation).toBe('tiny');
    for (const wrong of [null, '', 'Tiny', 'web'])
      expect(await outcome(host.client.call('layers.merge', intoBase(layerId, engine, wrong)))).toBe(
        'merge-confirmation',
      );

    // One that is just starting on the base has no lock yet, and must not lose it under its feet.
    const starting = await host.makeTiny({ name: 'starting' });
    expect(['layer-held', 'layer-locked']).toContain(
      await outcome(host.client.call('layers.merge', intoBase(layerId, engine, 'tiny'))),
    );
    await host.login(starting);
    expect(await outcome(host.client.call('layers.merge', intoBase(layerId, engine, 'tiny')))).toBe(
      'layer-locked',
    );
    await host.client.must('vms.stop', { id: starting, how: 'halt' });
    await host.untilState(starting, 'stopped');
    expect([sha(base), sha(own(id)), statSync(base).mtimeMs]).toEqual(before);

    const { jobId } = await host.client.must('layers.merge', intoBase(layerId, engine, 'tiny'));
    for (const busy of [id, sibling])
      expect(['layer-held', 'vm-action-refused']).toContain(
        await outcome(host.client.call('vms.start', { id: busy })),
      );
    expect(await outcome(host.client.call('layers.create', { image: 'tiny', name: 'late', note: '' }))).toBe(
      'layer-held',
    );
    const back = { vmId: sibling, snapshotId: null, keep: false };
    expect(await outcome(host.client.call('layers.restore', back))).toBe('layer-held');
    expect(await ended(host, jobId)).toMatchObject({ state: 'succeeded', error: null });

    expect(sha(base)).toBe(guestSha);
    expect(statSync(base).mode & 0o777).toBe(0o444);
    await host.client.must('layers.look', {});
    expect(host.state.layers[layerId]).toMatchObject({ changedBytes: 0, state: { kind: 'ok' } });
    for (const other of [free, `${sibling}.0`]) expect(stateOf(other)?.kind).toBe('base-modified');
    const time = statSync(base).mtimeMs;
    expect(await outcome(host.client.call('vms.start', { id: sibling }))).toBe('layer-base-changed');
    // The base holds something else now, and with its old time the kernel would believe that it doesn't.
    expect(
      await outcome(host.client.call('layers.mend', { layerId: free, kind: 'restore-time', basePath: null })),
    ).toBe('mend-refused');
    expect([sha(base), statSync(base).mtimeMs]).toEqual([guestSha, time]);
    expect(intents()).toEqual([]);
    await host.client.must('vms.start', { id });
    expect(await (await host.login(id)).run('cat /root/proof')).toBe('merged');
  },
);

test('a merge that a dead host left half done, or had only written down, keeps everybody off until it is resumed', async () => {
  const { id, base } = await changedMachine();
  const sibling = await host.makeTiny({ name: 'sibling', start: false });
  const time = seconds(base);
  const expected = readFileSync(mergeByHand(base, own(id), join(host.home, 'expected.img')));
  const before = sha(own(id));
  await host.killHost();
  mkdirSync(join(host.dataDir, 'merges'), { recursive: true });
  const intent = {
    version: 1,
    basePath: base,
    layerPath: own(id),
    layerId: `${id}.0`,
    layerName: 'web',
    mtimeSeconds: time,
    engine: 'uml_moo',
    at: new Date().toISOString(),
  };
  const note = (): void =>
    writeFileSync(join(host.dataDir, 'merges/0123456789ab.json'), JSON.stringify(intent));
  const isKeptOff = async (): Promise<void> => {
    await host.client.must('layers.look', {});
    expect(stateOf(`${id}.0`)).toMatchObject({ kind: 'merge-interrupted' });
    expect(stateOf(`${sibling}.0`)).toEqual({ kind: 'base-half-merged', layer: 'web' });
    expect(Object.values(host.state.bases).find(({ path }) => path === base)?.state).toMatchObject({
      kind: 'half-merged',
      layerId: `${id}.0`,
      layer: 'web',
    });
    for (const one of [id, sibling])
      expect(await outcome(host.client.call('vms.start', { id: one }))).toBe('layer-held');
    const create = { image: 'tiny', name: 'late', note: '' };
    expect(await outcome(host.client.call('layers.create', create))).toBe('layer-held');
    for (const target of [{ kind: 'base' }, { kind: 'image', name: 'gold' }] as const)
      expect(
        await outcome(
          host.client.call('layers.merge', {
            ...intoBase(`${sibling}.0`, 'fast', 'tiny'),
            target,
          }),
        ),
      ).toBe('layer-held');
    const back = { vmId: sibling, snapshotId: null, keep: true };
    expect(await outcome(host.client.call('layers.restore', back))).toBe('layer-held');
    const { mends } = await host.client.must('layers.planMend', { layerId: `${id}.0`, basePath: null });
    expect(mends).toMatchObject([
      { kind: 'resume-merge', refused: null },
      { kind: 'give-up-base', refused: null },
    ]);
    expect(await host.client.must('layers.planMend', { layerId: `${sibling}.0`, basePath: null })).toEqual({
      mends: [],
    });
  };
  note();
  await host.launch();
  await isKeptOff();
  await host.killHost();

  // The first half of what changes is there.
  const half = readFileSync(base);
  expected.copy(half, 0, 0, 8 << 20);
  chmodSync(base, 0o600);
  writeFileSync(base, half);
  await host.launch();
  await isKeptOff();
  expect(sha(own(id))).toBe(before);

  await done(host, mend(`${id}.0`, 'resume-merge'));
  expect(readFileSync(base).equals(expected)).toBe(true);
  expect(statSync(base).mode & 0o777).toBe(0o444);
  await host.client.must('layers.look', {});
  expect(host.state.layers[`${id}.0`]).toMatchObject({ changedBytes: 0, state: { kind: 'ok' } });
  expect(stateOf(`${sibling}.0`)?.kind).toBe('base-modified');
  expect(
    await outcome(
      host.client.call('layers.mend', { layerId: `${id}.0`, kind: 'resume-merge', basePath: null }),
    ),
  ).toBe('mend-refused');
  await host.client.must('vms.start', { id });
  expect(await (await host.login(id)).run('cat /root/proof')).toBe('merged');
});

test('the layer that an interrupted merge waits for can’t go in any way, until the base is given up', async () => {
  const base = makeDisk(host.home, 'base.img');
  const other = makeDisk(host.home, 'other.img');
  const id = await host.makeTiny({ name: 'web', start: false });
  await host.client.must('disks.add', {
    vmId: id,
    unit: 1,
    source: { kind: 'layer', image: base },
    flags: noDiskFlags,
    serial: null,
  });
  const onBase = { image: base, name: 'free', note: '' };
  const { layerId: free } = await host.client.must('layers.create', onBase);
  const early = await done(host, host.client.must('layers.snapshot', { vmId: id, note: 'early' }));
  const { layerId: sibling } = await host.client.must('layers.create', { ...onBase, name: 'sibling' });
  const second = `${id}.1`;
  const pathOf = (layerId: string): string => host.state.layers[layerId]?.path ?? '';
  const paths = [second, free].map(pathOf);
  for (const path of paths) writeSectors(path, 64, Buffer.alloc(4096, 'x'));
  const before = [...paths, own(id)].map(sha);
  const interrupted = async (layerId: string, layerName: string): Promise<void> => {
    const layerPath = pathOf(layerId);
    await host.killHost();
    mkdirSync(join(host.dataDir, 'merges'), { recursive: true });
    const noted = { version: 1, basePath: base, layerPath, layerId, layerName, engine: 'fast' };
    const intent = { ...noted, mtimeSeconds: seconds(base), at: new Date().toISOString() };
    // The name that the host gives it, too.
    const name = createHash('sha256').update(base).digest('hex').slice(0, 12);
    writeFileSync(join(host.dataDir, `merges/${name}.json`), JSON.stringify(intent));
    await host.launch();
    await host.client.must('layers.look', {});
    expect(stateOf(layerId)?.kind).toBe('merge-interrupted');
  };
  const refusedAll = async (calls: (() => Promise<Outcome<unknown>>)[]): Promise<void> => {
    for (const call of calls) expect(await outcome(call())).toBe('layer-half-merged');
  };
  await interrupted(second, 'web');
  await refusedAll([
    () => host.client.call('vms.delete', { id }),
    () => host.client.call('disks.remove', { vmId: id, unit: 1 }),
    () => host.client.call('layers.moveOver', { layerId: second, image: other }),
    () => host.client.call('layers.restore', { vmId: id, snapshotId: early, keep: true }),
  ]);
  await interrupted(free, 'free');
  await refusedAll([
    () => host.client.call('layers.trash', { layerId: free }),
    () =>
      host.client.call('disks.add', {
        vmId: id,
        unit: 2,
        source: { kind: 'free-layer', layerId: free },
        flags: noDiskFlags,
        serial: null,
      }),
  ]);
  expect([...paths, own(id)].map(sha)).toEqual(before);

  // By its name only; and then everything can go.
  const { mends } = await host.client.must('layers.planMend', { layerId: free, basePath: null });
  expect(mends.map(({ kind, confirmation }) => [kind, confirmation])).toEqual([
    ['resume-merge', null],
    ['give-up-base', 'base.img'],
  ]);
  expect(mends[1]?.changes.join(' ')).toMatch(/base\.img stays half old, half new.*web.*sibling/);
  const giveUp = { layerId: free, kind: 'give-up-base', basePath: null } as const;
  for (const confirm of [{}, { confirm: '' }, { confirm: 'base' }])
    expect(await outcome(host.client.call('layers.mend', { ...giveUp, ...confirm }))).toBe(
      'mend-confirmation',
    );
  expect(intents()).toHaveLength(1);
  const time = seconds(base);
  await done(host, host.client.must('layers.mend', { ...giveUp, confirm: 'base.img' }));
  expect(intents()).toEqual([]);
  expect(seconds(base)).toBeGreaterThan(time);
  await host.client.must('layers.look', {});
  for (const one of [second, free, sibling]) expect(stateOf(one)?.kind).toBe('base-modified');
  await host.client.must('layers.trash', { layerId: free });
  await host.client.must('disks.remove', { vmId: id, unit: 1 });
  await host.client.must('vms.delete', { id });
});

test('a base that is wrong after the merge is told as half merged, with the layer kept, and resumed', async () => {
  const base = makeDisk(host.home, 'base.img');
  const { layerId } = await host.client.must('layers.create', { image: base, name: 'free', note: '' });
  const { layerId: beside } = await host.client.must('layers.create', { image: base, name: 'b', note: '' });
  const layer = host.state.layers[layerId]?.path ?? '';
  writeSectors(layer, 64, Buffer.alloc(4096, 'x'));
  const expected = readFileSync(mergeByHand(base, layer, join(host.home, 'expected.img')));
  // An uml_moo that says that all went well, and did nothing.
  const bin = join(host.home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'uml_moo'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  await host.killHost();
  host.env['PATH'] = `${bin}:${process.env['PATH'] ?? ''}`;
  await host.launch();
  await host.client.must('layers.look', {});
  const { jobId } = await host.client.must('layers.merge', intoBase(layerId, 'uml_moo', 'base.img'));
  expect((await ended(host, jobId)).error).toMatchObject({
    code: 'merge-base-wrong',
    params: { base: 'base.img', layer: 'free', layerId },
  });
  expect(stateOf(layerId)?.kind).toBe('merge-interrupted');
  // Who stands beside it is never asked to give the base up, as long as it can be made whole.
  const mendsOf = async (): Promise<string[]> =>
    (await host.client.must('layers.planMend', { layerId: beside, basePath: null })).mends.map(
      ({ kind }) => kind,
    );
  expect(await mendsOf()).toEqual([]);
  writeFileSync(host.state.layers[beside]?.path ?? '', 'no header');
  expect(await mendsOf()).toEqual(['trash']);
  rmSync(join(bin, 'uml_moo'));
  await done(host, mend(layerId, 'resume-merge'));
  expect(readFileSync(base).equals(expected)).toBe(true);
});

test('a host that is killed when only the layer was left to remove: the next one removes it', async () => {
  const base = makeDisk(host.home, 'base.img');
  const { layerId } = await host.client.must('layers.create', { image: base, name: 'free', note: '' });
  const layerPath = host.state.layers[layerId]?.path ?? '';
  await host.killHost();
  // The base as it is after it: of another time.
  const mtimeSeconds = seconds(base);
  utimesSync(base, new Date(), new Date((mtimeSeconds + 1) * 1000));
  mkdirSync(join(host.dataDir, 'merges'), { recursive: true });
  const noted = { version: 1, basePath: base, layerPath, layerId, layerName: 'free', engine: 'fast' };
  const name = createHash('sha256').update(base).digest('hex').slice(0, 12);
  writeFileSync(
    join(host.dataDir, `merges/${name}.json`),
    JSON.stringify({ ...noted, mtimeSeconds, at: new Date().toISOString(), isMerged: true }),
  );
  await host.launch();
  await host.client.must('layers.look', {});
  expect(host.state.layers).toEqual({});
  expect(readdirSync(join(host.dataDir, 'layers'))).toEqual([]);
  expect(intents()).toEqual([]);
  await host.client.must('layers.create', { image: base, name: 'new', note: '' });
});

test('a base whose merged layer is gone for good is given up from a layer beside it', async () => {
  const base = makeDisk(host.home, 'base.img');
  const { layerId } = await host.client.must('layers.create', { image: base, name: 'left', note: '' });
  await host.until('the hash', ({ bases }) => Object.values(bases).some((one) => one.contentHash !== null));
  await host.killHost();
  mkdirSync(join(host.dataDir, 'merges'), { recursive: true });
  const gone = { layerPath: join(host.home, 'gone.cow'), layerId: '0123456789ab', layerName: 'gone' };
  const intent = { version: 1, basePath: base, ...gone, mtimeSeconds: seconds(base), engine: 'fast' };
  const name = createHash('sha256').update(base).digest('hex').slice(0, 12);
  writeFileSync(
    join(host.dataDir, `merges/${name}.json`),
    JSON.stringify({ ...intent, at: new Date().toISOString() }),
  );
  await host.launch();
  await host.client.must('layers.look', {});
  expect(stateOf(layerId)).toEqual({ kind: 'base-half-merged', layer: 'gone' });
  const { mends } = await host.client.must('layers.planMend', { layerId, basePath: null });
  expect(mends).toMatchObject([{ kind: 'give-up-base', refused: null, confirmation: 'base.img' }]);
  const asked = { layerId, kind: 'give-up-base', basePath: null, confirm: 'base.img' } as const;
  await done(host, host.client.must('layers.mend', asked));
  expect(intents()).toEqual([]);
  // Its content is what was counted: nothing had been written yet.
  await host.client.must('layers.look', {});
  await done(host, mend(layerId, 'restore-time'));
  expect(stateOf(layerId)?.kind).toBe('ok');
});

test.each(['uml_moo', 'fast'] as const)(
  'a host that is killed while %s writes into the base: resumed, it is byte for byte what it should be',
  async (engine) => {
    const base = makeDisk(host.home, 'large.img', { mib: 400 });
    const { layerId } = await host.client.must('layers.create', { image: base, name: 'large', note: '' });
    const layer = host.state.layers[layerId]?.path ?? '';
    for (let n = 0; n < 8; n += 1) writeSectors(layer, n * 98304 + 1000, Buffer.alloc(40 << 20, `${n}x`));
    await host.client.must('layers.look', {});
    const copy = join(host.home, 'copy.img');
    copyFileSync(base, copy);
    execFileSync('touch', ['-r', base, copy]);
    const expected = mergeByHand(copy, layer, join(host.home, 'expected.img'));
    const { jobId } = await host.client.must('layers.merge', intoBase(layerId, engine, 'large.img'));
    await host.until('some of it', ({ jobs }) => {
      const job = jobs[jobId];
      return job?.endedAt != null || (job?.steps[1]?.state === 'now' && (job.progress ?? 0) > 0.05);
    });
    expect(host.state.jobs[jobId]?.endedAt).toBeNull();
    await host.killHost();
    expect(intents()).toHaveLength(1);
    await host.launch();
    await host.client.must('layers.look', {});
    expect(stateOf(layerId)).toMatchObject({ kind: 'merge-interrupted' });
    // What the dead host had begun may still be at work; nobody else may be then.
    if (processesNaming(layer).length > 0)
      expect(
        await outcome(host.client.call('layers.mend', { layerId, kind: 'resume-merge', basePath: null })),
      ).toBe('layer-held');
    await vi.waitFor(() => expect(processesNaming(layer)).toEqual([]), { timeout: 60_000, interval: 50 });
    await done(host, mend(layerId, 'resume-merge'));
    execFileSync('cmp', [base, expected]);
    expect(host.state.layers[layerId]).toBeUndefined();
    expect(intents()).toEqual([]);
  },
);
