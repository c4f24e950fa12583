import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LayerState } from '@shared/layers/layer.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { cowByHand, done, ended, failed, makeDisk, outcome, seconds, sha } from '../testing/layer-oracles.js';
import { TestHost } from '../testing/test-host.js';

// A boot takes two seconds, and ten where other suites run beside it.
vi.setConfig({ testTimeout: 180_000 });

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

const own = (id: VmId): string => join(host.dataDir, 'vms', id, 'disk.cow');
const mend = (
  layerId: string,
  kind: 'restore-time' | 'repoint' | 'trash',
  basePath: string | null = null,
): Promise<{ jobId: string }> => host.client.must('layers.mend', { layerId, kind, basePath });
const plan = async (
  layerId: string,
  basePath: string | null = null,
): Promise<{ kind: string; refused: string | null; basePath: string | null }[]> =>
  (await host.client.must('layers.planMend', { layerId, basePath })).mends;
const untilLayer = (id: string, kind: LayerState['kind']): Promise<unknown> =>
  host.until(`${id} is ${kind}`, ({ layers }) => layers[id]?.state.kind === kind);
const untilHashed = (path: string): Promise<unknown> =>
  host.until(`the hash of ${path}`, ({ bases }) =>
    Object.values(bases).some((base) => base.path === path && base.contentHash !== null),
  );

/** Changes one byte of a file, or changes it back. */
function flip(path: string, offset: number): void {
  const fd = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  writeSync(fd, byte, 0, 1, offset);
  closeSync(fd);
}

test.runIf(process.getuid?.() === 0)(
  'the time of a base that is somebody else’s is not theirs to set, and that is said before anything is read',
  async () => {
    const user = OrdinaryUser.make();
    const theirs = TestHost.folders();
    try {
      await theirs.launchAs(user);
      const base = makeDisk(theirs.home, 'base.img');
      chmodSync(base, 0o444);
      const { layerId } = await theirs.client.must('layers.create', { image: base, name: 'one', note: '' });
      await theirs.until('the hash', ({ bases }) =>
        Object.values(bases).some(({ contentHash }) => contentHash !== null),
      );
      utimesSync(base, new Date(), new Date(1e12));
      const { mends } = await theirs.client.must('layers.planMend', { layerId, basePath: null });
      expect(mends).toMatchObject([
        { kind: 'restore-time', refused: expect.stringContaining('somebody else’s') as string },
      ]);
      const asked = { layerId, kind: 'restore-time', basePath: null } as const;
      expect(await outcome(theirs.client.call('layers.mend', asked))).toBe('mend-refused');
    } finally {
      await theirs.remove();
      user.remove();
    }
  },
);

test('a base that was only touched gets its time back, for all layers on it; one that was changed does not', async () => {
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  await con0.run('echo mine > /root/f; sync');
  await host.client.must('vms.stop', { id, how: 'halt' });
  await host.untilState(id, 'stopped');
  const base = host.vm(id).disks[0]?.basePath ?? '';
  const { layerId: free } = await host.client.must('layers.create', {
    image: 'tiny',
    name: 'free',
    note: '',
  });
  await untilHashed(base);
  const time = seconds(base);
  const before = [sha(base), sha(own(id))];

  expect(await plan(`${id}.0`)).toEqual([]);
  expect(
    await outcome(host.client.call('layers.mend', { layerId: free, kind: 'trash', basePath: null })),
  ).toBe('mend-refused');
  execFileSync('touch', [base]);
  execFileSync('touch', ['-d', `@${time + 1000}`, base]);
  for (const one of [free, `${id}.0`]) await untilLayer(one, 'base-modified');
  expect(await outcome(host.client.call('vms.start', { id }))).toBe('layer-base-changed');
  expect(host.vm(id).problem?.code).toBe('layer-base-changed');
  // While somebody has it open for writing nobody can say what it holds.
  const lock = await host.lockFile(base);
  expect(await plan(free)).toMatchObject([{ kind: 'restore-time' }]);
  expect((await plan(free))[0]?.refused).toContain(String(lock.pid));
  await lock.end();
  expect(await plan(free)).toMatchObject([{ kind: 'restore-time', refused: null }]);

  flip(base, 5_000_000);
  execFileSync('touch', ['-d', `@${time + 2000}`, base]);
  expect(await failed(host, mend(free, 'restore-time'))).toBe('mend-refused');
  expect(await failed(host, mend(`${id}.0`, 'restore-time'))).toBe('mend-refused');
  expect(seconds(base)).toBe(time + 2000);
  expect(sha(own(id))).toBe(before[1]);

  flip(base, 5_000_000);
  // One that was made since fits the base as it is now.
  const { layerId: newer } = await host.client.must('layers.create', {
    image: 'tiny',
    name: 'newer',
    note: '',
  });
  expect((await plan(free))[0]?.refused).toMatch(/^newer fits the base as it is now/);
  await host.client.must('layers.trash', { layerId: newer });
  await done(host, mend(free, 'restore-time'));
  expect([sha(base), sha(own(id)), seconds(base)]).toEqual([...before, time]);
  for (const one of [free, `${id}.0`]) await untilLayer(one, 'ok');
  await host.until('no problem', ({ vms }) => vms[id]?.problem === null);
  await host.client.must('vms.start', { id });
  expect(await (await host.login(id)).run('cat /root/f')).toBe('mine');
});

test('a base that was moved is found by itself, and its layer’s header names its new place', async () => {
  const away = join(host.home, 'away');
  mkdirSync(away);
  const origin = await host.makeTiny({ name: 'origin', start: false });
  const mine = join(host.home, 'mine.img');
  copyFileSync(host.vm(origin).disks[0]?.basePath ?? '', mine);
  execFileSync('chmod', ['644', mine]);
  execFileSync('touch', ['-d', '2026-01-02 03:04:05', mine]);
  const id = await host.makeTiny({ name: 'web', image: mine, start: false });
  const layerId = `${id}.0`;
  await untilHashed(mine);
  const before = readFileSync(own(id));
  const time = seconds(mine);

  renameSync(mine, join(away, 'mine.img'));
  await untilLayer(layerId, 'base-missing');
  // Only the image has its size, and even its content; but it has a layer of its own, which must keep its base's time.
  const image = host.vm(origin).disks[0]?.basePath ?? '';
  const imageTime = seconds(image);
  expect(await plan(layerId)).toMatchObject([
    { basePath: image, refused: expect.stringMatching(/base of other layers/) as string },
  ]);
  expect(await outcome(host.client.call('layers.mend', { layerId, kind: 'repoint', basePath: null }))).toBe(
    'mend-refused',
  );
  expect(seconds(image)).toBe(imageTime);
  // Of several, the one with its time is meant.
  const moved = join(host.home, 'mine-too.img');
  renameSync(join(away, 'mine.img'), moved);
  expect(await plan(layerId)).toMatchObject([{ kind: 'repoint', refused: null, basePath: moved }]);
  await done(host, mend(layerId, 'repoint'));
  const expected = Buffer.from(before);
  expected.fill(0, 32, 32 + 4096);
  expected.write(moved, 32);
  expect(readFileSync(own(id)).equals(expected)).toBe(true);
  expect(seconds(moved)).toBe(time);
  expect(await host.client.must('layers.info', { path: own(id) })).toMatchObject({
    layer: { basePath: moved, state: { kind: 'ok' } },
    base: { path: moved, state: { kind: 'ok' } },
  });
  await host.client.must('vms.start', { id });
  expect(await (await host.login(id)).run('hostname')).toBe('web');
  await host.client.must('vms.stop', { id, how: 'halt' });
  await host.untilState(id, 'stopped');
  // The kernel took it as it is, and didn't write another path.
  expect(cowByHand(own(id)).backing).toBe(moved);

  // To a place that a person names, whose time is another: it gets that of the header.
  const named = join(away, 'here.img');
  renameSync(moved, named);
  execFileSync('touch', ['-d', `@${time + 50}`, named]);
  await untilLayer(layerId, 'base-missing');
  expect(await plan(layerId, named)).toMatchObject([{ basePath: named, refused: null }]);
  await done(host, mend(layerId, 'repoint', named));
  expect([seconds(named), cowByHand(own(id)).backing]).toEqual([time, named]);
  await untilLayer(layerId, 'ok');
});

test('a layer is never pointed to what holds something else, is not there, or is no file', async () => {
  const base = makeDisk(host.home, 'base.img');
  const { layerId } = await host.client.must('layers.create', { image: base, name: 'one', note: '' });
  const path = host.state.layers[layerId]?.path ?? '';
  await untilHashed(base);
  const before = sha(path);
  const away = join(host.home, 'away');
  mkdirSync(away);
  renameSync(base, join(away, 'gone.img'));
  await untilLayer(layerId, 'base-missing');
  expect(await plan(layerId)).toMatchObject([
    {
      kind: 'repoint',
      basePath: null,
      refused: expect.stringMatching(/^No file of its size was found/) as string,
    },
  ]);
  expect(await outcome(host.client.call('layers.mend', { layerId, kind: 'repoint', basePath: null }))).toBe(
    'mend-refused',
  );
  const larger = makeDisk(away, 'larger.img', { mib: 9 });
  for (const wrong of [larger, away, join(away, 'none'), '/dev/null', path]) {
    expect((await plan(layerId, wrong))[0]?.refused, wrong).toEqual(expect.any(String));
    expect(
      await outcome(host.client.call('layers.mend', { layerId, kind: 'repoint', basePath: wrong })),
      wrong,
    ).toBe('mend-refused');
  }
  // Of the same size and time, and one byte is another.
  const like = join(away, 'like.img');
  execFileSync('cp', ['-p', join(away, 'gone.img'), like]);
  execFileSync('chmod', ['644', like]);
  flip(like, 4_000_000);
  execFileSync('touch', ['-r', join(away, 'gone.img'), like]);
  const time = statSync(like).mtimeMs;
  expect(await failed(host, mend(layerId, 'repoint', like))).toBe('mend-refused');
  expect([sha(path), statSync(like).mtimeMs]).toEqual([before, time]);
  expect(Object.values(host.state.images).map(({ name }) => name)).not.toContain(basename(like));
  // The original, wherever it is now.
  const link = join(host.home, 'link.img');
  execFileSync('ln', ['-s', join(away, 'gone.img'), link]);
  const job = await ended(host, (await mend(layerId, 'repoint', link)).jobId);
  expect(job).toMatchObject({ state: 'succeeded', kind: 'mend-layer' });
  expect(cowByHand(path).backing).toBe(join(away, 'gone.img'));
  await untilLayer(layerId, 'ok');
});
