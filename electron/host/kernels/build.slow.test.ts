import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { abilities, abilityIds } from '@shared/kernels/abilities.js';
import type { BuildOptionId } from '@shared/kernels/build-options.js';
import { formatBytes } from '@shared/amounts.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { BuildLab } from '../testing/build-lab.js';

/** On two processors it takes about four minutes, and longer beside other work. */
const BUILD_S = 3600;
const options: BuildOptionId[] = [
  ...(['machine', 'hostfs', 'vector-net', 'kunit'] as const),
  ...(['debug-info', 'frame-pointers', 'gdb-scripts'] as const),
];

let lab: BuildLab;
beforeAll(async () => {
  lab = await BuildLab.start();
});
// A hundred thousand files.
afterAll(() => lab.remove(), 600_000);

describe('a small kernel of Debian’s linux-source-6.1', { timeout: BUILD_S * 1000 }, () => {
  let kernel: Kernel;

  test('is fetched, unpacked and built, with KUnit and debug information', async () => {
    const { jobId } = await lab.host.client.must('kernels.build', {
      source: { kind: 'debian', suite: 'bookworm', mirror: null },
      defconfig: 'allnoconfig',
      options,
      fragment: '',
      jobs: 2,
      title: 'Small with KUnit',
    });
    const job = await lab.ended(jobId, BUILD_S);
    expect(job.error, (await lab.log(jobId)).slice(-2000)).toBeNull();
    kernel = lab.host.state.kernels[job.result ?? ''] as Kernel;
    const { how } = kernel.library ?? {};
    if (how?.kind !== 'built') throw new Error('not built');
    const took = job.steps.map(({ title, tookMs }) => `${title}: ${Math.round((tookMs ?? 0) / 1000)} s`);
    const { sources } = await lab.host.client.must('kernels.sources', {});
    const { keptBytes } = await lab.host.client.must('kernels.planAgain', { path: kernel.path });
    console.log(
      [
        ...took,
        `${how.makeLines} steps, ${how.warnings} warnings, by ${how.compiler}`,
        `objects ${formatBytes(keptBytes)}, sources ${formatBytes(sources[0]?.bytes ?? 0)}`,
        ...how.lost.map(({ option, wanted, why }) => `not taken: ${option}=${wanted}: ${why}`),
        ...abilityIds.map((id) => `${kernel.answers[id].padEnd(8)}${abilities[id].title}`),
      ].join('\n'),
    );
    expect(how.lost).toEqual([]);
    expect(kernel).toMatchObject({
      hasSymbols: true,
      hasDebugInfo: true,
      answers: {
        mmu: 'yes',
        mconsole: 'yes',
        ubd: 'yes',
        hostfs: 'yes',
        'net-vector': 'yes',
        ext4: 'yes',
        kunit: 'yes',
        'debug-info': 'yes',
        'gdb-scripts': 'yes',
        modules: 'no',
      },
    });
  });

  test('boots to a login, is the one that was configured, and ran its unit tests', async () => {
    const id = await lab.host.makeTiny({ kernelPath: kernel.path, memoryMiB: 128 });
    const con0 = await lab.host.login(id);
    expect(await con0.run('uname -r')).toBe(kernel.version);
    const config = readFileSync(join(dirname(kernel.path), 'config'), 'utf8');
    const inGuest = await con0.run("zcat /proc/config.gz | grep '^CONFIG_' | sort | md5sum");
    const sorted = config
      .split('\n')
      .filter((line) => line.startsWith('CONFIG_'))
      .sort();
    const sum = createHash('md5')
      .update(`${sorted.join('\n')}\n`)
      .digest('hex');
    expect(inGuest.split(' ')[0]).toBe(sum);
    expect(await con0.run("dmesg | grep -o '# example: pass:[0-9]* fail:[0-9]*'")).toMatch(
      /pass:[1-9]\d* fail:0$/,
    );
    await lab.host.client.must('vms.stop', { id, how: 'shutdown' });
    await lab.host.untilState(id, 'stopped', 60);
  });

  test('is built again in moments when nothing changed', async () => {
    const { jobId } = await lab.host.client.must('kernels.buildAgain', { path: kernel.path, boot: null });
    const job = await lab.ended(jobId, BUILD_S);
    expect(job).toMatchObject({ state: 'succeeded', error: null });
    const log = await lab.log(jobId);
    // Its time and number are new each time (init/version-timestamp).
    expect(log.match(/^ {2}CC .*/gm)?.filter((line) => !/version|kallsyms/.test(line)) ?? []).toEqual([]);
    console.log(
      job.steps
        .map(({ title, tookMs }) => `again, ${title}: ${Math.round((tookMs ?? 0) / 1000)} s`)
        .join('\n'),
    );
  });
});
