import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { cowLayout } from '@shared/layers/cow-header.js';
import type { MergeEngine } from '@shared/layers/merge-plan.js';
import { layerSizes, readLayerHeader } from '../electron/host/layers/layer-files.js';
import { writeLayer } from '../electron/host/testing/layer-files-by-hand.js';
import { randomFrom, wholeFrom } from '../electron/host/testing/random.js';
import { TestHost } from '../electron/host/testing/test-host.js';
import { median } from '@shared/benchmarks/statistics.js';
import { report } from './report.js';

const MIB = 1024 * 1024;
const SIZE = 8 * 1024 * MIB;
const CHANGED = 200 * MIB;
const LAYERS = 500;

interface Piece {
  at: number;
  length: number;
}

/** Pieces of a disk that together have so many bytes, none over another, as a guest's writes lie. */
function pieces(bytes: number, random: () => number): Piece[] {
  const slot = MIB;
  const slots = Array.from({ length: SIZE / slot }, (_, n) => n);
  const chosen: Piece[] = [];
  for (let left = bytes; left > 0;) {
    const [n = 0] = slots.splice(wholeFrom(random, 0, slots.length - 1), 1);
    const length = Math.min(left, wholeFrom(random, 1, 256) * 4096);
    chosen.push({ at: n * slot, length });
    left -= length;
  }
  return chosen.sort((a, b) => a.at - b.at);
}

function writePieces(path: string, list: readonly Piece[], offset: number, fill: number): void {
  const fd = openSync(path, 'r+');
  for (const { at, length } of list) writeSync(fd, Buffer.alloc(length, fill), 0, length, offset + at);
  closeSync(fd);
}

function makeBase(path: string, list: readonly Piece[]): void {
  const fd = openSync(path, 'wx');
  ftruncateSync(fd, SIZE);
  closeSync(fd);
  writePieces(path, list, 0, 0x42);
  execFileSync('sync', ['-f', path]);
}

/** Writes the pieces into a layer as the kernel would: data, then the bits that say so. */
function fillWith(path: string, list: readonly Piece[]): void {
  const { bitmapOffset, bitmapBytes, dataOffset } = cowLayout(SIZE);
  writePieces(path, list, dataOffset, 0x4c);
  const bitmap = Buffer.alloc(bitmapBytes);
  for (const { at, length } of list) bitmap.fill(0xff, at / 4096, (at + length) / 4096);
  const fd = openSync(path, 'r+');
  writeSync(fd, bitmap, 0, bitmap.length, bitmapOffset);
  closeSync(fd);
  execFileSync('sync', ['-f', path]);
}

const realBytes = (path: string): number => statSync(path).blocks * 512;

async function timed(deed: () => Promise<unknown> | void): Promise<number> {
  const begin = performance.now();
  await deed();
  return performance.now() - begin;
}

/** Merges a layer by the app, as a job: guards, merge, flush, check of every byte. */
async function merge(
  host: TestHost,
  layerId: string,
  engine: MergeEngine,
  name: string | null,
  confirm: string | null,
): Promise<void> {
  const target = name === null ? ({ kind: 'base' } as const) : ({ kind: 'image', name } as const);
  const { jobId } = await host.client.must('layers.merge', {
    layerId,
    target,
    engine,
    verify: false,
    confirm,
  });
  const job = await host.until('merged', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId], 600);
  if (job.state !== 'succeeded') throw new Error(JSON.stringify(job.error));
}

/** The same change by qcow2: `qemu-img commit` writes it into the raw base. */
async function commit(
  folder: string,
  baseList: readonly Piece[],
  changes: readonly Piece[],
): Promise<number> {
  const [base, over] = [join(folder, 'commit.img'), join(folder, 'commit.qcow2')];
  makeBase(base, baseList);
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', over]);
  const commands = changes.map(({ at, length }) => `write -q -P 0x4c ${at} ${length}`).join('\n');
  execFileSync('qemu-io', ['-f', 'qcow2', over], {
    input: `${commands}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  execFileSync('sync', ['-f', over]);
  const took = await timed(
    () => void execFileSync('sh', ['-c', `qemu-img commit -q ${over} && sync -f ${base}`]),
  );
  rmSync(base);
  rmSync(over);
  return took;
}

/** Merges of 200 MB changed on a sparse disk of 8 GB, linked clones, and a tree of 500 layers. */
export async function benchLayers(): Promise<void> {
  const host = await TestHost.start();
  try {
    const random = randomFrom(5);
    const [baseList, changes] = [pieces(CHANGED, random), pieces(CHANGED, random)];
    const folder = join(host.home, 'disks');
    mkdirSync(folder);
    await benchClones(host);
    await benchTree(host, folder);
    await benchMerge(host, folder, baseList, changes);
  } finally {
    await host.remove();
  }
}

async function benchMerge(
  host: TestHost,
  folder: string,
  baseList: readonly Piece[],
  changes: readonly Piece[],
): Promise<void> {
  const base = join(folder, 'big.img');
  makeBase(base, baseList);
  const { layerId } = await host.client.must('layers.create', { image: base, name: 'big', note: '' });
  const layer = join(host.dataDir, 'layers', `${layerId}.cow`);
  fillWith(layer, changes);
  await host.client.must('layers.look', {});
  const header = await readLayerHeader(layer);
  const counts: number[] = [];
  for (let n = 0; n < 20; n += 1)
    counts.push(await timed(async () => void (await layerSizes(layer, header))));
  report('statistics of a layer on 8 GB', 'ms', [{ name: 'by its bitmap', values: counts }], {
    'goal, ms': 50,
  });
  const [ours, theirs, bare, into, commits]: [number[], number[], number[], number[], number[]] = [
    [],
    [],
    [],
    [],
    [],
  ];
  let [used, sum] = [0, 0];
  for (let n = 0; n < 3; n += 1) {
    ours.push(await timed(() => merge(host, layerId, 'fast', `fast-${n}`, null)));
    const gold = join(host.dataDir, 'images', `fast-${n}.img`);
    used = realBytes(gold);
    sum = realBytes(base) + realBytes(layer);
    rmSync(gold);
    commits.push(await commit(folder, baseList, changes));
    // The same layer on a base of its own, which it is merged into.
    const own = join(folder, `own-${n}.img`);
    makeBase(own, baseList);
    const made = await host.client.must('layers.create', { image: own, name: `own ${n}`, note: '' });
    fillWith(join(host.dataDir, 'layers', `${made.layerId}.cow`), changes);
    await host.client.must('layers.look', {});
    into.push(await timed(() => merge(host, made.layerId, 'fast', null, `own-${n}.img`)));
    rmSync(own);
    if (n > 0) continue;
    // It takes its time sector by sector; once is enough to see by how much.
    theirs.push(await timed(() => merge(host, layerId, 'uml_moo', 'moo', null)));
    rmSync(join(host.dataDir, 'images', 'moo.img'));
    const target = join(folder, 'bare.img');
    bare.push(
      await timed(
        () => void execFileSync('sh', ['-c', `uml_moo -b ${base} ${layer} ${target} && sync -f ${target}`]),
      ),
    );
    rmSync(target);
  }
  report(
    'merge of 200 MB changed on 200 MB in 8 GB',
    'ms',
    [
      { name: 'into an image, fast, by the app', values: ours },
      { name: 'into an image, uml_moo, by the app', values: theirs },
      { name: 'into an image, uml_moo by hand', values: bare },
      { name: 'into the base, fast, by the app', values: into },
      { name: 'qemu-img commit by hand', values: commits },
    ],
    {
      'uml_moo by hand / fast by the app (goal 8 or more)': median(bare) / median(ours),
      'into the base by the app / qemu-img commit (goal 1.2 or less)': median(into) / median(commits),
      'into an image by the app / qemu-img commit': median(ours) / median(commits),
      'disk used by the result / sum of real blocks (goal 1.02 or less)': used / sum,
    },
  );
}

async function benchClones(host: TestHost): Promise<void> {
  const asked = { name: null, image: 'tiny', memoryMiB: 64, kernelPath: null, consoles: [], start: false };
  await host.client.must('vms.create', asked);
  const clones: number[] = [];
  for (let n = 0; n < 20; n += 1) clones.push(await timed(() => host.client.must('vms.create', asked)));
  report('linked clone: a new machine on a base', 'ms', [{ name: 'vms.create', values: clones }], {
    'goal, ms': 300,
  });
}

async function benchTree(host: TestHost, folder: string): Promise<void> {
  await host.killHost();
  const base = join(folder, 'tree.img');
  makeBase(base, []);
  utimesSync(base, new Date(), new Date('2026-01-01'));
  const layers = join(host.dataDir, 'layers');
  for (let n = 0; n < LAYERS; n += 1) {
    const id = n.toString(16).padStart(12, '0');
    writeLayer(join(layers, `${id}.cow`), base);
    const record = {
      version: 1,
      role: 'free',
      id,
      name: `layer ${n}`,
      note: '',
      imageId: 'unlisted',
      basePath: base,
      createdAt: new Date().toISOString(),
      origin: 'by the bench',
    };
    writeFileSync(join(layers, `${id}.json`), JSON.stringify(record));
  }
  await host.launch();
  await host.client.must('layers.look', {});
  const looks: number[] = [];
  const lists: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    looks.push(await timed(() => host.client.must('layers.look', {})));
    lists.push(
      await timed(
        () => void execFileSync('bin/paddock', ['layer', 'list'], { env: host.env, stdio: 'ignore' }),
      ),
    );
  }
  const known = Object.values(host.state.layers).filter(({ basePath }) => basePath === base).length;
  report(
    `tree of ${known} layers on a base of 8 GB, each looked at anew`,
    'ms',
    [
      { name: 'by the host', values: looks },
      { name: 'paddock layer list, process and all', values: lists },
    ],
    { 'goal, ms': 500 },
  );
}
