import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LayerState } from '@shared/layers/layer.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { done, makeDisk, outcome, seconds } from '../testing/layer-oracles.js';
import { TestHost } from '../testing/test-host.js';

// A boot takes two seconds, and ten where other suites run beside it.
vi.setConfig({ testTimeout: 180_000 });

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

const stateOf = (id: string): LayerState | undefined => host.state.layers[id]?.state;
const untilLayer = (id: string, kind: LayerState['kind']): Promise<unknown> =>
  host.until(`${id} is ${kind}`, ({ layers }) => layers[id]?.state.kind === kind);
const start = (id: VmId): Promise<string> => outcome(host.client.call('vms.start', { id }));
/** No run was begun and no process made. */
const neverStarted = (id: VmId): boolean =>
  !existsSync(join(host.dataDir, 'vms', id, 'runs')) && processesNaming(host.umlDir).length === 0;

test('what happens to a base shows in every layer on it while the host runs, and keeps machines from starting', async () => {
  const base = makeDisk(host.home, 'disk.img');
  const { layerId: free } = await host.client.must('layers.create', {
    image: base,
    name: 'free',
    note: '',
  });
  const id = await host.makeTiny({ name: 'web', image: base, start: false });
  const own = `${id}.0`;
  for (const one of [free, own]) await untilLayer(one, 'ok');
  const time = seconds(base);
  const iso = (at: number): string => new Date(at * 1000).toISOString();

  execFileSync('touch', ['-d', `@${time + 100}`, base]);
  for (const one of [free, own]) {
    await untilLayer(one, 'base-modified');
    expect(stateOf(one)).toEqual({ kind: 'base-modified', was: iso(time), now: iso(time + 100) });
  }
  expect(await start(id)).toBe('layer-base-changed');
  execFileSync('touch', ['-d', `@${time}`, base]);
  for (const one of [free, own]) await untilLayer(one, 'ok');

  const moved = `${base}.moved`;
  renameSync(base, moved);
  for (const one of [free, own]) await untilLayer(one, 'base-missing');
  await host.until('the base is missing', ({ bases }) =>
    Object.values(bases).some(({ path, state }) => path === base && state.kind === 'missing'),
  );
  expect(await start(id)).toBe('layer-base-missing');
  renameSync(moved, base);
  for (const one of [free, own]) await untilLayer(one, 'ok');

  truncateSync(base, (8 << 20) + 4096);
  for (const one of [free, own]) {
    await untilLayer(one, 'base-resized');
    expect(stateOf(one)).toEqual({ kind: 'base-resized', was: 8 << 20, now: (8 << 20) + 4096 });
  }
  expect(await start(id)).toBe('layer-base-resized');
  truncateSync(base, 8 << 20);
  execFileSync('touch', ['-d', `@${time}`, base]);
  for (const one of [free, own]) await untilLayer(one, 'ok');

  const lock = await host.lockFile(base);
  await host.client.must('layers.look', {});
  expect(Object.values(host.state.bases).find(({ path }) => path === base)?.state).toEqual({
    kind: 'written',
    pid: lock.pid,
  });
  expect(await start(id)).toBe('layer-locked');
  await lock.end();

  const held = await host.lockFile(host.state.layers[own]?.path ?? '');
  await host.client.must('layers.look', {});
  expect(stateOf(own)).toEqual({ kind: 'in-use', pid: held.pid });
  expect(await start(id)).toBe('layer-locked');
  await held.end();

  // A base that became a layer, or got small blocks, behind our back.
  const bytes = readFileSync(base);
  for (const [offset, what] of [
    [0, Buffer.from('OOOM')],
    [1048, Buffer.alloc(4)],
  ] as const) {
    const changed = Buffer.from(bytes);
    what.copy(changed, offset);
    writeFileSync(base, changed);
    execFileSync('touch', ['-d', `@${time}`, base]);
    await untilLayer(free, 'base-unfit');
    writeFileSync(base, bytes);
    execFileSync('touch', ['-d', `@${time}`, base]);
    await untilLayer(free, 'ok');
  }
  expect(neverStarted(id)).toBe(true);
});

test('a damaged layer is never given to UML: empty, cut off, no alignment, another format, a folder, a pipe', async () => {
  const id = await host.makeTiny({ start: false });
  const own = `${id}.0`;
  await untilLayer(own, 'ok');
  const path = host.state.layers[own]?.path ?? '';
  const whole = readFileSync(path);
  const patched = (offset: number, value: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32BE(value, offset);
    return bytes;
  };
  const damages: [what: string, file: Buffer, why: RegExp][] = [
    ['empty', Buffer.alloc(0), /empty/],
    ['cut off in its header', whole.subarray(0, 1000), /header is cut off/],
    ['cut off in its bitmap', whole.subarray(0, 8192), /before its bitmap/],
    ['alignment 0', patched(24, 0), /alignment is 0/],
    ['sector size 0', patched(20, 0), /sector size is 0/],
    ['version 9', patched(4, 9), /version 9/],
    ['no base size', Buffer.concat([whole.subarray(0, 12), Buffer.alloc(8), whole.subarray(20)]), /no bytes/],
    ['no magic', patched(0, 0), /doesn’t start/],
  ];
  for (const [what, bytes, why] of damages) {
    writeFileSync(path, bytes);
    await host.client.must('layers.look', {});
    expect(stateOf(own), what).toMatchObject({ kind: 'damaged', why: expect.stringMatching(why) as string });
    expect(await start(id), what).toBe('layer-damaged');
    expect(await outcome(host.client.call('layers.branch', { layerId: own, name: 'x', note: '' }))).toBe(
      'layer-damaged',
    );
    expect(await outcome(host.client.call('layers.snapshot', { vmId: id, note: '' }))).toBe('layer-damaged');
    // Read, and not written to.
    expect(readFileSync(path).equals(bytes), what).toBe(true);
  }
  execFileSync('rm', [path]);
  await host.client.must('layers.look', {});
  expect(stateOf(own)).toEqual({ kind: 'missing' });
  expect(await start(id)).toBe('layer-missing');
  for (const make of ['mkfifo', 'mkdir']) {
    execFileSync(make, [path]);
    await host.client.must('layers.look', {});
    expect(stateOf(own), make).toMatchObject({ kind: 'damaged' });
    expect(await start(id), make).toBe('layer-damaged');
    execFileSync('rm', ['-r', path]);
  }
  expect(neverStarted(id)).toBe(true);

  writeFileSync(path, whole);
  await host.client.must('vms.start', { id });
  await host.login(id);
});

test('1 KB blocks: refused under a layer, and a machine on a full copy boots and leaves the original alone', async () => {
  const tiny = await host.makeTiny({ start: false });
  const basePath = host.vm(tiny).disks[0]?.basePath ?? '';
  const tree = join(host.home, 'tree');
  execFileSync('mkdir', [tree]);
  execFileSync('debugfs', ['-R', `rdump / ${tree}`, basePath], { stdio: 'pipe' });
  const image = join(host.home, 'small-blocks.img');
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-b', '1024', '-d', tree, image, '16M']);
  const before = [readFileSync(image).toString('latin1'), statSync(image).mtimeMs];
  expect(await outcome(host.client.call('layers.create', { image, name: 'x', note: '' }))).toBe(
    'image-small-blocks',
  );
  // A copy of a disk that somebody writes to is none.
  const lock = await host.lockFile(image);
  const refused = await outcome(
    host.client.call('vms.create', {
      name: null,
      image,
      disk: 'copy',
      memoryMiB: 64,
      kernelPath: null,
      consoles: [],
      start: false,
    }),
  );
  expect(refused).toBe('image-in-use');
  await lock.end();
  const id = await host.makeTiny({ image, disk: 'copy' });
  expect(host.vm(id).disks).toMatchObject([{ unit: 0, kind: 'own', use: 'data', basePath: null }]);
  const con0 = await host.login(id);
  expect(await con0.run('echo kept > /root/f; sync; cat /root/f')).toBe('kept');
  expect(await host.client.call('layers.snapshot', { vmId: id, note: '' })).toMatchObject({
    ok: false,
    error: {
      code: 'layer-none',
      params: { why: 'none of its disks is a layer on a base' },
    },
  });
  await host.client.must('vms.stop', { id, how: 'shutdown' });
  await host.untilState(id, 'stopped');
  expect([readFileSync(image).toString('latin1'), statSync(image).mtimeMs]).toEqual(before);
  expect(Object.values(host.state.images).map(({ path }) => path)).not.toContain(image);
});

test('an interrupted copy is nothing: cancelled at once, a branch leaves neither file nor entry', async () => {
  const base = makeDisk(host.home, 'disk.img');
  const { layerId } = await host.client.must('layers.create', { image: base, name: 'one', note: '' });
  const { jobId } = await host.client.must('layers.branch', { layerId, name: 'two', note: '' });
  await host.client.call('jobs.cancel', { id: jobId });
  const job = await host.until('the job', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
  const files = execFileSync('ls', [join(host.dataDir, 'layers')], { encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(files).toHaveLength(job.state === 'cancelled' ? 2 : 4);
  expect(Object.keys(host.state.layers)).toHaveLength(files.length / 2);
  // Nothing holds it any more.
  await done(host, host.client.must('layers.branch', { layerId, name: 'three', note: '' }));
});
