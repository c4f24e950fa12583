import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildWish } from '@shared/kernels/build-wish.js';
import type { Job } from '@shared/jobs/job.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { StandInTree, STAND_IN_VERSION } from '../../../e2e/fixtures/stand-in-tree.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { BuildLab, labRecipe } from '../testing/build-lab.js';
import { runPaddock } from '../testing/run-paddock.js';

let lab: BuildLab;
let tree: StandInTree;
beforeEach(async () => {
  lab = await BuildLab.start();
  tree = new StandInTree(join(lab.host.home, 'linux'));
});
afterEach(() => lab.remove());

function wish(more: Partial<BuildWish> = {}): BuildWish {
  return {
    source: { kind: 'tree', path: tree.path },
    defconfig: 'defconfig',
    options: [],
    fragment: '',
    jobs: 2,
    title: 'Mine',
    ...more,
  };
}

async function begin(more: Partial<BuildWish> = {}): Promise<string> {
  return (await lab.host.client.must('kernels.build', wish(more))).jobId;
}

async function build(more: Partial<BuildWish> = {}): Promise<{ job: Job; kernel: Kernel }> {
  const job = await lab.ended(await begin(more), 60);
  expect(job.error).toBeNull();
  const kernel = lab.host.state.kernels[job.result ?? ''];
  if (!kernel) throw new Error(`no kernel ${job.result}`);
  return { job, kernel };
}

/** The names of what is in a folder, without those that no build may leave. */
const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
const inLibrary = (): string[] => names(join(lab.host.dataDir, 'kernels'));
const objects = (): string[] => names(join(lab.host.dataDir, 'kernel-builds/objects'));

/** How often a source was compiled. */
const compiled = (log: string): number => log.match(/^ {2}CC /gm)?.length ?? 0;

/** Until a compiler is at work. */
const reached = (jobId: string): Promise<void> => lab.line(jobId, /^ {2}CC /);

describe('a kernel of a tree', () => {
  test('by the command: in the library with its configuration, its modules, and how it was built; the tree untouched', async () => {
    const before = execFileSync('find', [
      tree.path,
      '-type',
      'f',
      '-newermt',
      '@0',
      '-printf',
      '%P %T@\n',
    ]).toString();
    writeFileSync(
      join(lab.host.home, 'own'),
      'CONFIG_UML_NET_VECTOR=y\nCONFIG_NOBODY_HAS=y\n# CONFIG_HOSTFS is not set\n',
    );
    const said = runPaddock(lab.host, [
      'kernel',
      'build',
      '--tree',
      tree.path,
      '--name',
      'Mine',
      '--json',
      '--fragment',
      join(lab.host.home, 'own'),
      '--option',
      'hostfs',
      '--option',
      'debug-info',
      '--option',
      'gdb-scripts',
    ]);
    expect(said.status, said.err).toBe(0);
    // Told before it begins, for a tree that nobody built before.
    expect(said.err).toContain('Build only trees that you trust.');
    expect(said.err).toContain('kernel/old.c:1:12: warning: ‘nobody_calls’ defined but not used');
    const kernel = JSON.parse(said.out) as Kernel;
    expect(kernel).toMatchObject({
      version: STAND_IN_VERSION,
      answers: { mconsole: 'yes', hostfs: 'no', 'debug-info': 'yes', kunit: 'no' },
      hasDebugInfo: true,
      library: {
        id: 'mine',
        title: 'Mine',
        how: {
          kind: 'built',
          sourceVersion: STAND_IN_VERSION,
          compiler: 'gcc (stand-in) 1.0',
          warnings: 1,
          makeLines: 6,
        },
      },
    });
    const how = kernel.library?.how;
    expect(how?.kind === 'built' && how.lost.map(({ option, why }) => `${option}: ${why}`)).toEqual([
      'DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT: This tree has no such option.',
      'UML_NET_VECTOR: It depends on NOWHERE.',
      'NOBODY_HAS: This tree has no such option.',
    ]);
    const folder = join(lab.host.dataDir, 'kernels/mine');
    expect(names(folder)).toEqual(['config', 'kernel.json', 'lib', 'linux', 'linux-gdb.py', 'scripts']);
    expect(readFileSync(join(folder, 'config'), 'utf8')).toBe(
      execFileSync(join(folder, 'linux'), ['--showconfig'], { encoding: 'utf8' }),
    );
    expect(names(join(folder, 'lib/modules', STAND_IN_VERSION))).toEqual(['kernel', 'modules.dep']);
    const after = execFileSync('find', [
      tree.path,
      '-type',
      'f',
      '-newermt',
      '@0',
      '-printf',
      '%P %T@\n',
    ]).toString();
    expect(after).toBe(before);

    // An image is given the modules that came with it.
    const contents = { hostname: 'keeper', modulesOf: kernel.path };
    expect((await lab.build(labRecipe({ kind: 'tiny' }, { contents }))).error).toBeNull();
    const inImage = execFileSync('debugfs', [
      '-R',
      `cat /lib/modules/${STAND_IN_VERSION}/kernel/standin.ko`,
      join(lab.host.dataDir, 'images/img.img'),
    ]).toString();
    expect(inImage).toBe('a module\n');

    // Removed with what was kept for building it again.
    expect(objects()).toEqual(['mine']);
    expect(runPaddock(lab.host, ['kernel', 'remove', 'mine']).status).toBe(0);
    expect([inLibrary(), objects()]).toEqual([[], []]);
  });

  test('again, after a change: only what changed is compiled; and a machine is started with it', async () => {
    const { job, kernel } = await build();
    expect(compiled(await lab.log(job.id))).toBe(4);
    const id = await lab.host.makeTiny({ name: 'guinea', start: false });
    tree.write('kernel/fork.c', 'int fork_c = 2;\n');
    const { jobId } = await lab.host.client.must('kernels.buildAgain', { path: kernel.path, boot: id });
    const again = await lab.ended(jobId, 60);
    expect(again).toMatchObject({ state: 'succeeded', result: kernel.path, vmId: id });
    expect(compiled(await lab.log(jobId))).toBe(1);
    await lab.host.login(id);
    expect(lab.host.vm(id).kernelPath).toBe(kernel.path);
    const firstPid = lab.host.vm(id).pid;
    // One that runs on it is shut down, and started on the new one.
    const next = await lab.host.client.must('kernels.buildAgain', { path: kernel.path, boot: id });
    expect(await lab.ended(next.jobId, 60)).toMatchObject({ state: 'succeeded' });
    await lab.host.untilState(id, 'running');
    expect(lab.host.vm(id).pid).not.toBe(firstPid);
    expect(readlinkSync(`/proc/${lab.host.vm(id).pid}/exe`)).toBe('/usr/bin/linux.uml');
    const refused = await lab.host.client.call('kernels.remove', { path: kernel.path });
    expect(refused.ok ? '' : refused.error.code).toBe('kernel-in-use');
    // It is no foreign tree any more, and the room that it takes is told.
    const plan = await lab.host.client.must('kernels.planAgain', { path: kernel.path });
    expect(plan.warnings).toEqual([]);
    expect(plan.keptBytes).toBeGreaterThan(0);
  });

  test('the smallest, and one without an MMU', async () => {
    const small = await build({ defconfig: 'allnoconfig', fragment: 'CONFIG_MMU=y\nCONFIG_KUNIT=y\n' });
    expect(small.kernel.answers).toMatchObject({ kunit: 'yes', modules: 'no', mconsole: 'no' });
    const nommu = await build({ defconfig: 'x86_64_nommu_defconfig', title: 'No MMU' });
    expect(nommu.kernel.answers).toMatchObject({ mmu: 'no', mconsole: 'yes' });
    expect(inLibrary()).toEqual(['mine', 'no-mmu']);
  });

  test('an error of the compiler is told with its place; a retry goes on when it is put right; cleared, nothing is left', async () => {
    tree.write('kernel/sched.c', 'int sched_c = nowhere;\n');
    const failed = await lab.ended(await begin({ jobs: 1 }), 60);
    expect(failed).toMatchObject({ state: 'failed', canRetry: true });
    expect(failed.error?.code).toBe('build-failed');
    expect(failed.error?.params['what']).toBe(
      'kernel/sched.c:1: ‘nowhere’ undeclared here (not in a function)',
    );
    tree.write('kernel/sched.c', 'int sched_c = 1;\n');
    await lab.host.client.must('jobs.retry', { id: failed.id });
    const done = await lab.host.until(
      'it ends',
      ({ jobs }) => jobs[failed.id]?.endedAt != null && jobs[failed.id],
    );
    expect(done).toMatchObject({ state: 'succeeded' });
    // fork, old, sched; then sched again and timer.
    expect(compiled(await lab.log(failed.id))).toBe(5);

    tree.write('kernel/sched.c', 'int sched_c = nowhere;\n');
    const other = await lab.ended(await begin({ title: 'Other' }), 60);
    expect(objects()).toEqual(['mine', 'other']);
    await lab.host.client.must('jobs.clear', { id: other.id });
    expect([objects(), inLibrary()]).toEqual([['mine'], ['mine']]);
  });

  test('after an error a kernel is built again, and removed, whatever became of the job', async () => {
    const { kernel } = await build();
    tree.write('kernel/sched.c', 'int sched_c = nowhere;\n');
    const again = async (): Promise<Job> => {
      const wanted = { path: kernel.path, boot: null };
      return lab.ended((await lab.host.client.must('kernels.buildAgain', wanted)).jobId, 60);
    };
    const first = await again();
    expect(first).toMatchObject({ state: 'failed', canRetry: true });
    const second = await again();
    expect(second.error?.code).toBe('build-failed');
    // One that nobody goes on with any more can't be gone on with.
    expect(lab.host.state.jobs[first.id]).toBeUndefined();
    tree.write('kernel/sched.c', 'int sched_c = 1;\n');
    const third = await again();
    expect(third).toMatchObject({ state: 'succeeded', result: kernel.path });
    // What was compiled before is kept through all of it.
    expect(compiled(await lab.log(third.id))).toBe(1);

    tree.write('kernel/sched.c', 'int sched_c = nowhere;\n');
    expect(await again()).toMatchObject({ state: 'failed' });
    await lab.host.client.must('kernels.remove', { path: kernel.path });
    expect([inLibrary(), objects()]).toEqual([[], []]);
    // Its id is free for another one.
    tree.write('kernel/sched.c', 'int sched_c = 1;\n');
    expect((await build()).kernel.library?.id).toBe('mine');
  });

  test('the command tells how to go on after an error, and goes on', () => {
    tree.write('kernel/sched.c', 'int sched_c = nowhere;\n');
    const words = 'kernel build --name Mine --jobs 1 --quiet --tree'.split(' ');
    const failed = runPaddock(lab.host, [...words, tree.path]);
    expect(failed.status).toBe(1);
    const [, id = ''] = /Put it right and go on with: paddock job retry (\w+)\n$/.exec(failed.err) ?? [];
    const listed = runPaddock(lab.host, ['job', 'list', '--json']);
    expect((JSON.parse(listed.out) as Job[]).map((job) => [job.id, job.state])).toEqual([[id, 'failed']]);
    expect(runPaddock(lab.host, ['job', 'show', id]).out).toMatch(
      /^Job: +Building Mine\n.*failed, can go on.*nowhere.*paddock job retry.*Compile/s,
    );
    const early = runPaddock(lab.host, ['job', 'retry', id]);
    expect(early.status, early.err).toBe(1);
    expect(early.err).toContain(`paddock job retry ${id}`);
    tree.write('kernel/sched.c', 'int sched_c = 1;\n');
    const done = runPaddock(lab.host, ['job', 'retry', id]);
    expect(done.status, done.err).toBe(0);
    // Only the lines since then: sched and timer, fork and old are compiled.
    expect(compiled(done.err)).toBe(2);
    expect([inLibrary(), objects()]).toEqual([['mine'], ['mine']]);
    expect(runPaddock(lab.host, ['job', 'retry', id]).err).toContain('can’t go on where it failed');
    expect(runPaddock(lab.host, ['job', 'clear', id]).status).toBe(0);
    expect(runPaddock(lab.host, ['job', 'show', id]).err).toContain(`There is no job ${id}.`);
  });

  test('cancelled, and with its host killed: no compiler goes on, and nothing is left of a first build', async () => {
    tree.slow(true);
    const jobId = await begin();
    await reached(jobId);
    await lab.host.client.must('jobs.cancel', { id: jobId });
    expect(await lab.ended(jobId)).toMatchObject({ state: 'cancelled' });
    expect([objects(), inLibrary(), processesNaming(tree.path)]).toEqual([[], [], []]);

    await reached(await begin());
    await lab.host.killHost();
    await lab.launch();
    expect([objects(), inLibrary(), processesNaming(tree.path)]).toEqual([[], [], []]);

    // What an earlier build left may be halves after that: begun anew.
    tree.slow(false);
    const { kernel } = await build();
    tree.slow(true);
    tree.write('kernel/fork.c', 'int fork_c = 2;\n');
    const again = { path: kernel.path, boot: null };
    await reached((await lab.host.client.must('kernels.buildAgain', again)).jobId);
    await lab.host.killHost();
    await lab.launch();
    expect(processesNaming(tree.path)).toEqual([]);
    tree.slow(false);
    const { jobId: last } = await lab.host.client.must('kernels.buildAgain', again);
    expect(await lab.ended(last)).toMatchObject({ state: 'succeeded' });
    expect(compiled(await lab.log(last))).toBe(4);
  });

  test('what can’t be built is refused before anything is done, with what helps', async () => {
    const problem = async (more: Partial<BuildWish>): Promise<string> => {
      const { problems } = await lab.host.client.must('kernels.planBuild', wish(more));
      const outcome = await lab.host.client.call('kernels.build', wish(more));
      expect(outcome.ok ? null : outcome.error).toEqual(problems[0]);
      return `${problems[0]?.code} ${Object.values(problems[0]?.params ?? {}).join(' ')}`;
    };
    const at = (path: string): Partial<BuildWish> => ({ source: { kind: 'tree', path } });
    const spaced = join(lab.host.home, 'my linux');
    mkdirSync(spaced);
    expect(await problem(at(spaced))).toContain('a space or a colon');
    expect(await problem(at('/nowhere'))).toContain('no Makefile');
    mkdirSync(join(lab.host.home, 'program'));
    writeFileSync(join(lab.host.home, 'program/Makefile'), 'all:\n\trm -rf /\n');
    expect(await problem(at(join(lab.host.home, 'program')))).toContain('not that of a kernel');
    expect(await problem({ defconfig: 'x86_64_other_defconfig' })).toContain('no x86_64_other_defconfig');
    expect(await problem({ options: ['gdb-scripts'] })).toContain('nothing without');
    expect(await problem({ fragment: 'CONFIG_A=y\nA is set' })).toBe('build-fragment 2 A is set');
    tree.write('.config', 'CONFIG_MMU=y\n');
    expect(await problem({})).toMatch(/was built in place.*mrproper/);
    expect([objects(), inLibrary()]).toEqual([[], []]);
  });
});
