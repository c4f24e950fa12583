import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { abilities, abilityIds } from '@shared/kernels/abilities.js';
import { buildOptionIds, type BuildOptionId } from '@shared/kernels/build-options.js';
import { formatBytes } from '@shared/amounts.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { BuildLab } from '../testing/build-lab.js';
import { BuildTools } from './build-tools.js';
import { KernelBuild } from './kernel-build.js';
import { KernelSources } from './kernel-sources.js';

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
      source: { kind: 'debian', suite: 'bookworm', mirror: null, acceptStale: false },
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

  test('takes all that is offered, but what came with later kernels', async () => {
    const folder = join(lab.host.dataDir, 'kernel-builds');
    const said: string[] = [];
    const log = (line: string): void => void said.push(line);
    const report = { signal: new AbortController().signal, from: 0, log, nextStep() {}, progress() {} };
    const source = { kind: 'debian' as const, suite: 'bookworm', mirror: null, acceptStale: false };
    const kept = new KernelSources(join(folder, 'sources'));
    const { tree } = (await kept.find('bookworm')) ?? (await kept.fetch(source, report));
    const tools = new BuildTools(join(folder, 'tools'));
    for (const defconfig of ['allnoconfig', 'defconfig']) {
      const env = await tools.get(await tools.needs({ source, defconfig, options: [] }), report);
      for (const without of [
        ['small', 'static', 'time-travel'],
        ['fast', 'vector-net', 'kasan', 'smp'],
      ]) {
        const some = buildOptionIds.filter((id) => !without.includes(id));
        const wish = { source, defconfig, options: some, fragment: '', jobs: 2, title: 'all' };
        const objects = join(lab.host.home, 'all/objects');
        await new KernelBuild(wish, { tree, env, objects, before: null }).configure(report);
        const lost = said.splice(0).filter((line) => line.startsWith('Not taken: '));
        expect(lost.filter((line) => !line.includes('CONFIG_SMP=y. This tree has no such option.'))).toEqual(
          [],
        );
      }
    }
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

  test('gdb shows where it stands with files and lines of its source, and lets it go on', async () => {
    const id = await lab.host.makeTiny({ name: 'looked-into', kernelPath: kernel.path, memoryMiB: 128 });
    const con0 = await lab.host.login(id);
    const gdb = await lab.host.console(id, 'gdb', 0);
    await lab.host.client.must('debug.start', { id, tool: 'gdb' });
    // The idle loop, down to where the kernel began.
    await gdb.expect(/do_idle[^]*kernel\/sched\/idle\.c[^]*start_kernel[^]*init\/main\.c/, 60);
    await gdb.expect(/let go of it/, 60);
    expect(await con0.run('echo on-$((20+22))')).toContain('on-42');
    await lab.host.client.must('debug.close', { id, tool: 'gdb' });
    await lab.host.client.must('vms.stop', { id, how: 'force' });
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
