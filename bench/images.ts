import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { recipeSchema, type Recipe } from '@shared/images/recipe.js';
import { debianPackages, type DebianSource } from '@shared/images/debian.js';
import { TestHost } from '../electron/host/testing/test-host.js';
import { median } from '@shared/benchmarks/statistics.js';
import { report } from './report.js';

const ROUNDS = 3;
const TINY_ROUNDS = 7;
const SIZE_MIB = 1024;
const debian: DebianSource = {
  kind: 'debian',
  suite: 'bookworm',
  variant: 'minbase',
  init: 'systemd',
  mirror: null,
  tool: 'mmdebstrap',
};
/** What a Debian of one's own has besides, as everybody's has (facts/images-and-cow A). */
const USUAL = ['udev', 'ifupdown'];
const recipe = (source: Recipe['source'], packages: string[] = []): Recipe =>
  recipeSchema.parse({
    version: 1,
    name: 'bench',
    title: 'Bench',
    source,
    contents: { packages },
    disk: { sizeMiB: SIZE_MIB },
  });

/**
 * A Debian by the app, checked and set up, against the same packages by mmdebstrap and mke2fs and nothing more; its
 * start against that of the other on the same kernel and command line; and how long a tiny image takes. Rounds
 * alternate, so that both meet the same network and the same machine.
 */
export async function benchImages(): Promise<void> {
  const host = await TestHost.start();
  const hand = join(host.home, 'hand');
  mkdirSync(hand);
  const build = async (from: Recipe, name: string): Promise<number> => {
    const began = performance.now();
    const { jobId } = await host.client.must('images.build', { recipe: from, name, secrets: {} });
    const job = await host.until('built', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId], 600);
    if (job.error) throw new Error(JSON.stringify(job.error));
    return (performance.now() - began) / 1000;
  };
  try {
    await host.until('kernels', ({ kernels }) => Object.keys(kernels).length > 0);
    const tiny: number[] = [];
    for (let round = 0; round < TINY_ROUNDS; round += 1)
      tiny.push(
        await build(
          { ...recipe({ kind: 'tiny' }), disk: { filesystem: 'ext4', sizeMiB: null, label: null } },
          `tiny-${round}`,
        ),
      );
    report('A tiny image', 's', [{ name: 'by a recipe', values: tiny }], {
      'seconds (goal under 1)': median(tiny),
    });

    const inApp: number[] = [];
    const bare: number[] = [];
    const source = recipe(debian, USUAL);
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(byHand(hand, source));
      inApp.push(await build(source, `debian-${round}`));
    }
    report(
      'A Debian image',
      's',
      [
        { name: 'by the app', values: inApp },
        { name: 'mmdebstrap, tar and mke2fs by hand', values: bare },
      ],
      { 'app / by hand (goal 1.15 or less)': median(inApp) / median(bare) },
    );

    const ours: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      plain.push(login(join(hand, 'disk.img'), hand));
      ours.push(login(join(host.dataDir, 'images/debian-0.img'), hand));
    }
    report(
      'Login of a Debian with systemd',
      's',
      [
        { name: 'as the app makes it', values: ours },
        { name: 'unmodified', values: plain },
      ],
      { 'app / unmodified (goal 0.6 or less)': median(ours) / median(plain) },
    );
  } finally {
    await host.remove();
  }
}

/** The same packages into the same file system, by root and without anything more. Seconds. */
function byHand(folder: string, from: Recipe): number {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const mode = process.getuid?.() === 0 ? 'root' : 'unshare';
  const began = performance.now();
  const run = (...[program, ...args]: [string, ...string[]]): unknown =>
    execFileSync(program, args, { cwd: folder, stdio: 'ignore' });
  const packages = debianPackages(from, debian).join(',');
  run('mmdebstrap', `--mode=${mode}`, '--variant=minbase', `--include=${packages}`, 'bookworm', 'root.tar');
  const pack = `mkdir root && tar -C root -xpf root.tar && mke2fs -q -F -t ext4 -b 4096 -d root disk.img ${SIZE_MIB}M`;
  run('fakeroot', '--', 'sh', '-c', pack);
  return (performance.now() - began) / 1000;
}

/** Seconds from the start of a kernel to a login prompt, on a copy. */
function login(disk: string, folder: string): number {
  const copy = join(folder, 'copy.img');
  execFileSync('cp', ['--sparse=always', '--no-preserve=mode', disk, copy]);
  return Number(execFileSync('python3', [resolve('bench/boot-login.py'), copy], { encoding: 'utf8' }));
}
