import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { recipeSchema, type Recipe, type RecipeInput } from '@shared/images/recipe.js';
import { OrdinaryUser } from '../../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../../e2e/oracles/processes.js';
import { runProgram } from '../../platform/run-program.js';
import { TestHost } from '../../testing/test-host.js';

vi.setConfig({ testTimeout: 240_000 });

let host: TestHost | null = null;
let user: OrdinaryUser | null = null;
afterEach(async () => {
  await host?.remove();
  user?.remove();
  host = user = null;
});

type Tool = 'mmdebstrap' | 'debootstrap';
const recipe = (tool: Tool): Recipe =>
  recipeSchema.parse({
    version: 1,
    name: 'lab',
    title: 'Lab',
    source: { kind: 'debian', suite: 'bookworm', variant: 'minbase', init: 'busybox', mirror: null, tool },
  } satisfies RecipeInput);

type Who = 'root' | 'a user' | 'a user without user namespaces';

async function start(as: Who): Promise<TestHost> {
  if (as === 'root') return (host = await TestHost.start());
  user = OrdinaryUser.make(as === 'a user' ? [] : ['-K', 'SUB_UID_COUNT=0', '-K', 'SUB_GID_COUNT=0']);
  host = TestHost.folders();
  for (const path of [host.home, join(host.home, 'run')]) chownSync(path, user.uid, user.gid);
  chmodSync(host.home, 0o755);
  await host.launch({ under: under() });
  return host;
}
const under = (): string[] =>
  user ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--'] : [];

/** Begins a Debian and waits until its packages are being unpacked: then there are mounts, apt and dpkg. */
async function beginDebian(on: TestHost, tool: Tool): Promise<{ jobId: string; scratch: string }> {
  const asked = { recipe: recipe(tool), name: 'killed', secrets: {} };
  const { jobId } = await on.client.must('images.build', asked);
  const inTheMiddle = /^(Unpacking|I: Extracting) /;
  let from = 0;
  for (let isThere = false; !isThere;) {
    await on.until('lines', ({ jobs }) => (jobs[jobId]?.logLines ?? 0) > from, 60);
    const { lines } = await on.client.must('jobs.log', { id: jobId, from });
    from += lines.length;
    isThere = lines.some((line) => inTheMiddle.test(line));
  }
  const [work] = readdirSync(join(on.dataDir, 'images'));
  const scratch = readFileSync(join(on.dataDir, 'images', work ?? '', 'scratch'), 'utf8');
  expect(processesNaming(tool)).not.toEqual([]);
  return { jobId, scratch };
}

/** What is left of a build: processes with its scratch folder in their environment, mounts, folders. */
function leftOf({ dataDir, home }: TestHost, scratch: string): string[] {
  const marked = readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const places = [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`];
    return (
      spawnSync('grep', ['-qsF', '-e', scratch, '-e', `${dataDir}/images/build-`, ...places]).status === 0
    );
  });
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [
    ...marked.map((pid) => execFileSync('ps', ['-o', 'pid=,args=', '-p', pid], { encoding: 'utf8' })),
    ...mounts.filter((line) => line.includes(scratch) || line.includes(home)),
    ...(existsSync(scratch) ? [scratch] : []),
    ...readdirSync(join(dataDir, 'images')),
  ];
}

describe.skipIf(process.getuid?.() !== 0)('a Debian that is ended in the middle leaves nothing', () => {
  for (const [tool, as] of [
    ['mmdebstrap', 'root'],
    ['debootstrap', 'root'],
    ['mmdebstrap', 'a user'],
    ['mmdebstrap', 'a user without user namespaces'],
  ] as const) {
    test(`${tool} of ${as}: cancelled`, async () => {
      const on = await start(as);
      const { jobId, scratch } = await beginDebian(on, tool);
      await on.client.must('jobs.cancel', { id: jobId });
      await on.until('it ends', ({ jobs }) => jobs[jobId]?.state === 'cancelled', 60);
      expect(leftOf(on, scratch)).toEqual([]);
    });

    test(`${tool} of ${as}: the host killed, and started again`, async () => {
      const on = await start(as);
      const { scratch } = await beginDebian(on, tool);
      await on.killHost();
      expect(await on.launch({ under: under() })).toBe('ready');
      expect(leftOf(on, scratch)).toEqual([]);
      // And it can be made again.
      const { jobId } = await on.client.must('images.build', {
        recipe: recipe(tool),
        name: 'killed',
        secrets: {},
      });
      await on.client.must('jobs.cancel', { id: jobId });
      await on.until('it ends', ({ jobs }) => jobs[jobId]?.state === 'cancelled', 60);
      expect(readdirSync(join(on.dataDir, 'images'))).toEqual([]);
    });
  }
});

test('what heeds no signal is killed with all its children at the time limit', async () => {
  host = TestHost.folders();
  const script = join(host.home, 'deaf');
  writeFileSync(
    script,
    `trap '' TERM; echo ready >&2; sh -c "trap '' TERM; cat ${host.home}/never" & wait; cat`,
  );
  execFileSync('mkfifo', [join(host.home, 'never')]);
  await expect(
    runProgram(['unshare', '--pid', '--fork', '--', 'sh', script], {
      timeoutMs: 300,
      killAfterMs: 300,
      withChildren: true,
      onLine: () => {},
    }),
  ).rejects.toMatchObject({ error: { code: 'tool-failed', params: { exitCode: 'no answer in time' } } });
  await expect.poll(() => processesNaming(host?.home ?? '')).toEqual([]);
});
