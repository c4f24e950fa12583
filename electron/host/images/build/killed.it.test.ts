import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { processesNaming } from '../../../../e2e/oracles/processes.js';
import { runProgram } from '../../platform/run-program.js';
import { BuildLab, labRecipe } from '../../testing/build-lab.js';
import { TestHost } from '../../testing/test-host.js';

vi.setConfig({ testTimeout: 240_000 });

let lab: BuildLab | null = null;
afterEach(async () => {
  await lab?.remove();
  lab = null;
});

/** Begins a Debian and waits until its packages are being unpacked: then there are mounts, apt and dpkg. */
async function beginDebian(on: BuildLab, tool: 'mmdebstrap' | 'debootstrap'): Promise<[string, string]> {
  const jobId = await on.begin(
    labRecipe({ kind: 'debian', suite: 'bookworm', variant: 'minbase', init: 'busybox', mirror: null, tool }),
  );
  await on.line(jobId, /^(Unpacking|I: Extracting) /);
  const scratch = readFileSync(join(on.host.dataDir, 'images', on.library()[0] ?? '', 'scratch'), 'utf8');
  expect(processesNaming(tool)).not.toEqual([]);
  return [jobId, scratch];
}

/** What is left of a build: processes that know its folders, mounts, folders. */
function leftOf({ host }: BuildLab, scratch?: string): string[] {
  const folders = [`${host.dataDir}/images/build-`, ...(scratch === undefined ? [] : [scratch])];
  const marked = readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const places = [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`];
    const words = folders.flatMap((folder) => ['-e', folder]);
    return spawnSync('grep', ['-qsF', ...words, ...places]).status === 0;
  });
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [
    ...marked.map((pid) => `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8')}`),
    ...mounts.filter((line) => [...folders, host.home].some((folder) => line.includes(folder))),
    ...folders.filter(existsSync),
    ...readdirSync(join(host.dataDir, 'images')),
  ];
}

describe.skipIf(process.getuid?.() !== 0)('a Debian that is ended in the middle leaves nothing', () => {
  for (const [tool, as] of [
    ['mmdebstrap', 'root'],
    ['debootstrap', 'root'],
    ['mmdebstrap', 'a user'],
    ['mmdebstrap', 'a user without user namespaces'],
  ] as const)
    test(`${tool} of ${as}: the host killed and started again; begun anew, and cancelled`, async () => {
      lab = await BuildLab.start(as);
      const [, scratch] = await beginDebian(lab, tool);
      await lab.host.killHost();
      await lab.launch();
      expect(leftOf(lab, scratch)).toEqual([]);
      const [jobId, another] = await beginDebian(lab, tool);
      await lab.host.client.must('jobs.cancel', { id: jobId });
      expect(await lab.ended(jobId, 60)).toMatchObject({ state: 'cancelled' });
      expect(leftOf(lab, another)).toEqual([]);
    });
});

test('a host killed in any step of a build leaves nothing that the next one doesn’t clear away', async () => {
  lab = await BuildLab.start();
  const { home } = lab.host;
  // Large enough that each step is met while it is done.
  const made = `mkdir -p tree/etc; for n in 1 2 3 4; do head -c 20M /dev/urandom > tree/$n; done; tar -C tree -czf tree.tar.gz .`;
  execFileSync('sh', ['-ec', made], { cwd: home });
  for (const filesystem of ['ext4', 'xfs'] as const) {
    const recipe = labRecipe({ kind: 'tree', path: join(home, 'tree.tar.gz') }, { disk: { filesystem } });
    for (let step = 0, steps = 1; step < steps; step += 1) {
      const jobId = await lab.begin(recipe);
      const look = `step ${step} of ${filesystem}`;
      const met = await lab.host.until(
        look,
        ({ jobs }) => (jobs[jobId]?.steps[step]?.state ?? 'todo') !== 'todo' && (jobs[jobId] ?? null),
      );
      steps = met.steps.length;
      await lab.host.killHost();
      await lab.launch();
      // A step may be over before it is seen. An image that was whole already stays, with its record; half of one doesn't.
      const left = leftOf(lab);
      if (left.length > 0) {
        expect(step, left.join()).toBe(steps - 1);
        expect(left.toSorted()).toEqual(['img.img', 'img.json']);
      }
      expect(processesNaming(`uml_dir=${home}`), look).toEqual([]);
      expect(readdirSync(lab.host.runtimeDir).filter((name) => name.startsWith('helper-'))).toEqual([]);
    }
    if (!lab.library().includes('img.img'))
      expect(await lab.build(recipe)).toMatchObject({ state: 'succeeded' });
    await lab.host.client.must('images.trash', { id: 'img' });
  }
});

test('what heeds no signal is killed with all its children at the time limit', async () => {
  const host = TestHost.folders();
  try {
    const script = join(host.home, 'deaf');
    writeFileSync(
      script,
      `trap '' TERM; sh -c "trap '' TERM; cat ${host.home}/never" & echo ready >&2; wait; cat ${host.home}/never`,
    );
    execFileSync('mkfifo', [join(host.home, 'never')]);
    await expect(
      runProgram(['sh', script], { timeoutMs: 300, killAfterMs: 300, withChildren: true, onLine: () => {} }),
    ).rejects.toMatchObject({ error: { code: 'tool-failed', params: { exitCode: 'no answer in time' } } });
    await expect.poll(() => processesNaming(host.home)).toEqual([]);
  } finally {
    await host.remove();
  }
});
