import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isJobActive } from '@shared/jobs/job.js';
import type { MergeEngine } from '@shared/layers/merge-plan.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { mergeBlocks } from '../blocks/merge-blocks.js';
import { fillLayer } from '../testing/filled-layer.js';
import { sha256, umlMoo, writeRandomDisk } from '../testing/layer-files-by-hand.js';
import { randomFrom } from '../testing/random.js';
import { TestHost } from '../testing/test-host.js';

/** Merges of every kind that are killed at random moments: nothing is lost, nothing is left, everything can go on. */

const CYCLES = Number(process.env['MERGE_KILLS'] ?? 20);
const SEED = Number(process.env['MERGE_SEED'] ?? Date.now() % 100_000);
const SIZE = 12 * 1024 * 1024;
/** A merge of this size takes about so long; a kill comes within it, or just behind. */
const MOMENT_MS = 220;

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

test(`${CYCLES} merges are killed at random moments (seed ${SEED})`, async () => {
  const random = randomFrom(SEED);
  const folder = join(host.home, 'disks');
  mkdirSync(folder);
  const original = join(folder, 'original.img');
  writeRandomDisk(original, SIZE, random);
  const images = join(host.dataDir, 'images');
  let [losses, interrupted, whole, gone] = [0, 0, 0, 0];
  for (let n = 0; n < CYCLES; n += 1) {
    const engine: MergeEngine = n % 2 === 0 ? 'uml_moo' : 'fast';
    const isIntoBase = n % 4 >= 2;
    const what = `seed ${SEED} cycle ${n} ${engine} ${isIntoBase ? 'into the base' : 'to an image'}`;
    const base = join(folder, `base-${n}.img`);
    copyFileSync(original, base);
    const { layerId } = await host.client.must('layers.create', {
      image: base,
      name: `layer ${n}`,
      note: '',
    });
    const layer = join(host.dataDir, 'layers', `${layerId}.cow`);
    const changed = fillLayer(layer, SIZE, random, 200);
    await host.client.must('layers.look', {});
    expect(host.state.layers[layerId]?.changedBytes).toBe(changed);
    // Two truths: theirs and ours.
    const expected = join(folder, 'expected.img');
    if (engine === 'uml_moo') mergeBlocks(base, layer, expected, () => {});
    else umlMoo(base, layer, expected);
    const truth = sha256(expected);
    rmSync(expected);
    const before = { base: sha256(base), layer: sha256(layer) };

    const target = isIntoBase ? ({ kind: 'base' } as const) : ({ kind: 'image', name: `gold-${n}` } as const);
    const confirm = isIntoBase ? `base-${n}.img` : null;
    await host.client.must('layers.merge', { layerId, target, engine, verify: false, confirm });
    await delay(random() * MOMENT_MS);
    // The program that merges, where there is one, or the host that watches it.
    const [moo] = processesNaming(layer).filter((pid) => pid !== host.pid);
    if (moo !== undefined && random() < 0.5) {
      try {
        process.kill(moo, 'SIGKILL');
      } catch {
        // It was done just now.
      }
      await host.until('the end of the job', ({ jobs }) =>
        Object.values(jobs).every(({ state }) => !isJobActive(state)),
      );
    } else {
      await host.killHost();
      await host.launch();
      await host.client.must('layers.look', {});
    }
    const gold = join(images, `gold-${n}.img`);
    if (isIntoBase) {
      const state = host.state.layers[layerId]?.state.kind;
      if (state === undefined) whole += 1;
      else if (state === 'ok') gone += 1;
      else {
        interrupted += 1;
        expect({ what, state }).toEqual({ what, state: 'merge-interrupted' });
        // Until it is resumed nobody may use it.
        const other = await host.client.call('layers.create', { image: base, name: 'other', note: '' });
        const { mends } = await host.client.must('layers.planMend', { layerId, basePath: null });
        expect({ what, kinds: mends.map(({ kind }) => kind) }).toEqual({
          what,
          kinds: ['resume-merge', 'give-up-base'],
        });
        const asked = { layerId, kind: 'resume-merge' as const, basePath: null };
        const { jobId } = await host.client.must('layers.mend', asked);
        const job = await host.until('resumed', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
        expect({ what, state: job.state, error: job.error }).toEqual({
          what,
          state: 'succeeded',
          error: null,
        });
        expect({ what, other: other.ok ? 'made' : other.error.code }).toEqual({ what, other: 'layer-held' });
      }
      // Not begun, or done: never anything between.
      const now = sha256(base);
      if (now !== (state === 'ok' ? before.base : truth)) losses += 1;
      if (state === 'ok' && sha256(layer) !== before.layer) losses += 1;
    } else {
      if (sha256(base) !== before.base || sha256(layer) !== before.layer) losses += 1;
      if (existsSync(gold)) {
        whole += 1;
        if (sha256(gold) !== truth) losses += 1;
      } else gone += 1;
      expect({ what, left: readdirSync(images).filter((name) => name.includes('partial')) }).toEqual({
        what,
        left: [],
      });
      // And it can simply be done again.
      if (!existsSync(gold)) {
        const { jobId } = await host.client.must('layers.merge', {
          layerId,
          target,
          engine,
          verify: false,
          confirm,
        });
        const job = await host.until('done again', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
        expect({ what, state: job.state, error: job.error }).toEqual({
          what,
          state: 'succeeded',
          error: null,
        });
        if (sha256(gold) !== truth) losses += 1;
      }
    }
    expect({ what, losses }).toEqual({ what, losses: 0 });
    if (host.state.layers[layerId]) await host.client.must('layers.trash', { layerId });
    await host.client.must('trash.empty', { id: null });
    rmSync(base, { force: true });
    rmSync(gold, { force: true });
  }
  console.log(
    `merges killed: ${CYCLES}, of them ${interrupted} half in their base and resumed, ${whole} done by then, ${gone} without a trace; losses: ${losses} (seed ${SEED})`,
  );
  expect(processesNaming(host.home).filter((pid) => pid !== host.pid)).toEqual([]);
}, 900_000);
