import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
  closeSync,
  statSync,
  chmodSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CallInput } from '@shared/api/calls.js';
import type { MergeEngine } from '@shared/layers/merge-plan.js';
import { mergeBlocks } from '../blocks/merge-blocks.js';
import { fillLayer } from '../testing/filled-layer.js';
import { sha256, umlMoo, writeRandomDisk } from '../testing/layer-files-by-hand.js';
import { randomFrom } from '../testing/random.js';
import { TestHost } from '../testing/test-host.js';

/** Every way in which a merge can go wrong: the right sentence, and no byte of base or layer changed. */

const SIZE = 4 * 1024 * 1024;
const random = randomFrom(20_261_126);

let host: TestHost;
let folder: string;
let base: string;
let layer: string;
let layerId: string;
beforeEach(async () => {
  host = await TestHost.start();
  folder = join(host.home, 'disks');
  mkdirSync(folder);
  base = join(folder, 'base.img');
  writeRandomDisk(base, SIZE, random);
  ({ layerId } = await host.client.must('layers.create', { image: base, name: 'work', note: '' }));
  layer = join(host.dataDir, 'layers', `${layerId}.cow`);
  fillLayer(layer, SIZE, random, 60);
  await host.client.must('layers.look', {});
});
afterEach(() => host.remove());

const images = (): string[] =>
  readdirSync(join(host.dataDir, 'images')).filter((name) => !name.endsWith('.json'));

function request(
  engine: MergeEngine,
  more: Partial<CallInput<'layers.merge'>> = {},
): CallInput<'layers.merge'> {
  return { layerId, target: { kind: 'image', name: 'gold' }, engine, verify: false, confirm: null, ...more };
}

const intoBase = { target: { kind: 'base' }, confirm: 'base.img' } as const;

/** Writes into a file without a trace in its times. */
function patch(path: string, at: number, bytes: Buffer): void {
  const { atime, mtime, mode } = statSync(path);
  chmodSync(path, 0o600);
  const fd = openSync(path, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
  utimesSync(path, atime, mtime);
  chmodSync(path, mode);
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** What spoils base or layer, and what is said of it; `why` is a part of the sentence. */
const failures: readonly { name: string; spoil: () => void; code: string; why?: string }[] = [
  {
    name: 'the magic is gone',
    spoil: () => patch(layer, 0, u32(0)),
    code: 'layer-damaged',
    why: 'doesn’t start as',
  },
  {
    name: 'an unknown version',
    spoil: () => patch(layer, 4, u32(9)),
    code: 'layer-damaged',
    why: 'version 9',
  },
  {
    name: 'alignment 0, which crashes uml_moo',
    spoil: () => patch(layer, 24, u32(0)),
    code: 'layer-damaged',
    why: 'alignment is 0',
  },
  { name: 'sector size 0', spoil: () => patch(layer, 20, u32(0)), code: 'layer-damaged', why: 'sector size' },
  {
    name: 'a size beyond all disks',
    spoil: () => patch(layer, 12, u32(0x7fffffff)),
    code: 'layer-damaged',
    why: 'larger than any disk',
  },
  {
    name: 'no end of its path',
    spoil: () => patch(layer, 32, Buffer.alloc(4096, 0x2f)),
    code: 'layer-damaged',
    why: 'no end',
  },
  { name: 'zero bytes', spoil: () => truncateSync(layer, 0), code: 'layer-damaged', why: 'empty' },
  { name: 'a header cut off', spoil: () => truncateSync(layer, 1000), code: 'layer-damaged', why: 'cut off' },
  {
    name: 'its data cut off',
    spoil: () => truncateSync(layer, SIZE / 2),
    code: 'layer-damaged',
    why: 'cut off',
  },
  { name: 'no layer', spoil: () => renameSync(layer, `${layer}.away`), code: 'layer-missing' },
  { name: 'no base', spoil: () => renameSync(base, `${base}.away`), code: 'layer-base-missing' },
  {
    name: 'a base that was touched',
    spoil: () => utimesSync(base, new Date(), new Date(1e12)),
    code: 'layer-base-changed',
  },
  {
    name: 'a base that grew',
    spoil: () => {
      chmodSync(base, 0o600);
      truncateSync(base, SIZE + 4096);
    },
    code: 'layer-base-resized',
  },
];

describe.each(['uml_moo', 'fast'] as const)('by %s', (engine) => {
  test('each kind of damage is named, by plan and by merge, and nothing is written', async () => {
    const copies = join(host.home, 'copies');
    execFileSync('cp', ['-a', '--sparse=always', folder, copies]);
    execFileSync('cp', ['-a', '--sparse=always', layer, join(copies, 'layer.cow')]);
    for (const { name, spoil, code, why } of failures) {
      spoil();
      await host.client.must('layers.look', {});
      const files = [base, layer].filter((path) => existsSync(path));
      const before = files.map((path) => [sha256(path), statSync(path).mtimeMs]);
      for (const more of [{}, intoBase]) {
        const refused = await host.client.call('layers.merge', request(engine, more));
        expect({ name, code: refused.ok ? 'done' : refused.error.code }).toEqual({ name, code });
        if (why !== undefined && !refused.ok)
          expect({ name, why: refused.error.params['why'] }).toEqual({
            name,
            why: expect.stringContaining(why) as string,
          });
      }
      const { verify: _verify, confirm: _confirm, ...asked } = request(engine);
      const plan = await host.client.must('layers.planMerge', asked);
      expect({ name, oks: plan.checks.every(({ ok }) => ok) }).toEqual({ name, oks: false });
      expect({ name, files: files.map((path) => [sha256(path), statSync(path).mtimeMs]) }).toEqual({
        name,
        files: before,
      });
      expect(images()).toEqual([]);
      // Whole again, as `cp -a` has it, times included.
      execFileSync('cp', ['-a', join(copies, 'base.img'), base]);
      execFileSync('cp', ['-a', join(copies, 'layer.cow'), layer]);
    }
    await host.client.must('layers.look', {});
    const { jobId } = await host.client.must('layers.merge', request(engine));
    const job = await host.until('merged', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
    expect(job).toMatchObject({ state: 'succeeded', error: null });
    const truth = join(folder, 'truth.img');
    umlMoo(base, layer, truth);
    expect(sha256(join(host.dataDir, 'images', 'gold.img'))).toBe(sha256(truth));
  });

  test('into the base: it has what the layer had, the layer is gone, and the others on it say so', async () => {
    const truth = join(folder, 'truth.img');
    umlMoo(base, layer, truth);
    const sibling = await host.client.must('layers.create', { image: base, name: 'sibling', note: '' });
    await host.client.must('layers.look', {});
    const { verify: _verify, confirm: _confirm, ...asked } = request(engine, intoBase);
    const plan = await host.client.must('layers.planMerge', asked);
    expect(plan).toMatchObject({
      breaks: [{ id: sibling.layerId, name: 'sibling' }],
      confirmation: 'base.img',
    });
    for (const confirm of [null, '', 'Base.img', 'base'])
      expect(await host.client.call('layers.merge', request(engine, { ...intoBase, confirm }))).toMatchObject(
        {
          ok: false,
          error: { code: 'merge-confirmation' },
        },
      );
    const { jobId } = await host.client.must('layers.merge', request(engine, intoBase));
    // Half done it would be neither old nor new.
    expect((await host.client.call('jobs.cancel', { id: jobId })).ok).toBe(false);
    const job = await host.until('merged', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
    expect(job).toMatchObject({ state: 'succeeded', error: null });
    expect(sha256(base)).toBe(sha256(truth));
    expect(statSync(base).mode & 0o777).toBe(0o444);
    expect(existsSync(layer)).toBe(false);
    await host.until('told', ({ layers }) => layers[sibling.layerId]?.state.kind === 'base-modified');
    expect(host.state.layers[layerId]).toBeUndefined();
    // It was changed, not touched: no way back for the other one.
    const mend = await host.client.must('layers.mend', {
      layerId: sibling.layerId,
      kind: 'restore-time',
      basePath: null,
    });
    const mended = await host.until(
      'refused',
      ({ jobs }) => jobs[mend.jobId]?.endedAt != null && jobs[mend.jobId],
    );
    expect(mended).toMatchObject({ state: 'failed', error: { code: 'mend-refused' } });
    expect(sha256(base)).toBe(sha256(truth));
  });

  // As root the library can be put on a file system of its own that fills up in the middle.
  test.runIf(process.getuid?.() === 0)(
    'the disk is full in the middle: told, and nothing is left',
    async () => {
      await host.killHost();
      const library = join(host.dataDir, 'images');
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', library]);
      try {
        await host.launch();
        await host.client.must('layers.look', {});
        const before = [sha256(base), sha256(layer)];
        // Room enough when it is asked; then somebody else takes it.
        const filler = join(library, 'filler');
        const { jobId } = await host.client.must('layers.merge', request(engine));
        execFileSync('sh', ['-c', `dd if=/dev/zero of=${filler} bs=1M 2>/dev/null; true`]);
        const job = await host.until('the end', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
        // Who was quicker: all of it, or a sentence and nothing.
        if (job.state === 'succeeded') expect(images()).toContain('gold.img');
        else {
          expect(['no-space', 'tool-failed', 'internal']).toContain(job.error?.code);
          expect(images().filter((name) => name !== 'filler')).toEqual([]);
        }
        expect([sha256(base), sha256(layer)]).toEqual(before);
      } finally {
        await host.killHost();
        execFileSync('umount', ['-l', library]);
      }
    },
  );
});

test('checked against uml_moo: both make the same, and only one is kept', async () => {
  const { jobId } = await host.client.must('layers.merge', request('fast', { verify: true }));
  const job = await host.until('merged', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
  expect(job.error).toBeNull();
  expect(job.steps.map(({ title, state }) => `${title}: ${state}`)).toEqual([
    'Merge: done',
    'Flush to disk and check the result: done',
    'Make the same with uml_moo: done',
    'Compare the two: done',
    'Put it in place: done',
  ]);
  expect(images()).toEqual(['gold.img']);
});

/** Rewrites a new layer into an old layout, from the C structures of arch/um/drivers/cow_user.c. */
function asOldVersion(version: 1 | 2, to: string): void {
  const now = readFileSync(layer);
  const [bitmapOffset, dataOffset] = [8192, 12288];
  const pathBytes = version === 1 ? 256 : 4096;
  const header = Buffer.alloc(8 + pathBytes + 16);
  // Version 1 is as the machine that made it wrote its numbers.
  const number = (value: number, at: number): unknown =>
    version === 1 ? header.writeUInt32LE(value, at) : header.writeUInt32BE(value, at);
  number(0x4f4f4f4d, 0);
  number(version, 4);
  header.write(base, 8);
  number(Math.floor(statSync(base).mtimeMs / 1000), 8 + pathBytes);
  if (version === 1) header.writeBigUInt64LE(BigInt(SIZE), 12 + pathBytes);
  else header.writeBigUInt64BE(BigInt(SIZE), 12 + pathBytes);
  number(512, 20 + pathBytes);
  const bitmap = now.subarray(bitmapOffset, bitmapOffset + SIZE / 4096);
  const start = Buffer.alloc(Math.ceil((header.length + bitmap.length) / 512) * 512);
  header.copy(start);
  bitmap.copy(start, header.length);
  writeFileSync(to, Buffer.concat([start, now.subarray(dataOffset)]));
}

test.each([1, 2] as const)(
  'a layer of version %i is told as such, and merged as uml_moo merges it',
  async (version) => {
    const old = join(folder, 'old.cow');
    asOldVersion(version, old);
    const info = await host.client.must('layers.info', { path: old });
    expect(info.layer).toMatchObject({ state: { kind: 'ok' }, basePath: base, sizeBytes: SIZE });
    expect(info.layer.changedBytes).toBe(host.state.layers[layerId]?.changedBytes);
    const [theirs, ours] = [join(folder, 'theirs.img'), join(folder, 'ours.img')];
    umlMoo(base, old, theirs);
    mergeBlocks(base, old, ours, () => {});
    expect(sha256(ours)).toBe(sha256(theirs));
  },
);
