import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countTests } from '@shared/testruns/test-node.js';
import { readTests } from '@shared/testruns/test-reader.js';
import type { TestRun, TestSpec } from '@shared/testruns/test-run.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { runPaddock } from '../testing/run-paddock.js';
import { TestHost } from '../testing/test-host.js';

/** Suites that a kernel of UML's own small configuration can have, one with tests that are skipped. */
const kunitconfig = [
  'CONFIG_KUNIT=y',
  'CONFIG_KUNIT_TEST=y',
  'CONFIG_KUNIT_EXAMPLE_TEST=y',
  'CONFIG_LIST_KUNIT_TEST=y',
  'CONFIG_RESOURCE_KUNIT_TEST=y',
  '',
].join('\n');

let host: TestHost;
let tree: string;
let work: string;

beforeAll(async () => {
  work = mkdtempSync('/tmp/pdk-kunit-');
  // A tree that is here already spares 140 MB and their unpacking.
  tree = process.env['PADDOCK_KERNEL_TREE'] ?? fetchTree();
  host = await TestHost.start();
}, 600_000);
afterAll(async () => {
  await host.remove();
  rmSync(work, { recursive: true, force: true });
});

/** Unpacks Debian packages into a folder, without installing them. */
function fetch(name: string, packages: readonly string[]): string {
  const folder = join(work, name);
  const debs = join(work, `${name}-debs`);
  for (const made of [folder, debs]) mkdirSync(made);
  execFileSync('apt-get', ['download', ...packages], { cwd: debs, stdio: 'ignore' });
  for (const deb of readdirSync(debs)) execFileSync('dpkg-deb', ['-x', join(debs, deb), folder]);
  rmSync(debs, { recursive: true });
  return folder;
}

/** Debian's linux-source of this suite, whichever version it is. */
function fetchTree(): string {
  const depends = execFileSync('apt-cache', ['depends', 'linux-source'], { encoding: 'utf8' });
  const [, name] = /Depends: (linux-source-[\d.]+)/.exec(depends) ?? [];
  if (name === undefined) throw new Error('apt knows no linux-source');
  const sources = join(fetch('source', [name]), 'usr/src');
  const folder = join(work, 'linux');
  mkdirSync(folder);
  execFileSync('tar', ['-xf', join(sources, `${name}.tar.xz`), '--strip-components=1', '-C', folder]);
  return folder;
}

const ended = (id: string, seconds: number): Promise<TestRun> =>
  host.until(
    'the end of a run of tests',
    ({ testRuns }) => testRuns[id]?.endedAt != null && testRuns[id],
    seconds,
  );

test('the outputs that kunit.py is tested with are read as it reads them', () => {
  const folder = join(tree, 'tools/testing/kunit/test_data');
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
  expect(logs.length).toBeGreaterThan(15);
  for (const name of logs) {
    const file = join(folder, name);
    const counts = countTests(readTests(readFileSync(file, 'utf8')));
    const { failed = 0, skipped = 0, passed = 0, crashed = 0 } = kunitCounts(file);
    const ours = {
      name,
      passed: counts.passed,
      failed: counts.failed,
      skipped: counts.skipped,
      // What never began is crashed for it, too.
      crashed: counts.crashed + counts.missing,
    };
    // It doesn't look into what kselftest's runner quotes, where two tests have two each.
    const quoted = name.includes('kselftest') ? 2 : 0;
    expect(ours).toEqual({ name, passed: passed + quoted, failed, skipped, crashed });
  }
});

/** What the tree's own kunit.py counts in an output. */
function kunitCounts(file: string): Record<string, number> {
  const { stdout } = spawnSync('python3', [join(tree, 'tools/testing/kunit/kunit.py'), 'parse', file], {
    encoding: 'utf8',
  });
  const [, said = ''] = /Testing complete\. Ran \d+ tests: (.*)/.exec(stdout) ?? [];
  return Object.fromEntries([...said.matchAll(/(\w+): (\d+)/g)].map(([, word, n]) => [word, Number(n)]));
}

test('kunit.py of Debian’s linux-source builds a kernel whose tests are counted as kunit.py does', async () => {
  const config = join(host.home, 'kunitconfig');
  writeFileSync(config, kunitconfig);
  const spec: TestSpec = {
    kind: 'tree',
    tree,
    kunitconfig: config,
    kconfigAdd: ['CONFIG_HASH_KUNIT_TEST=y'],
    filter: '',
    jobs: null,
    timeoutS: 120,
  };
  // Cancelled while it is built: make and its compilers are gone.
  const { id: first } = await host.client.must('testRuns.start', { spec });
  const refused = await host.client.call('testRuns.start', { spec });
  expect(refused).toMatchObject({ ok: false, error: { code: 'test-run-busy' } });
  const builds = (): number[] => processesNaming(join(host.dataDir, 'testruns/build-'));
  await expect.poll(() => builds().length, { timeout: 120_000 }).toBeGreaterThan(2);
  await host.client.must('jobs.cancel', { id: host.state.testRuns[first]?.jobId ?? '' });
  expect((await ended(first, 60)).ended).toBe('cancelled');
  expect(builds()).toEqual([]);

  const { id } = await host.client.must('testRuns.start', { spec });
  const run = await ended(id, 1800);
  expect(run).toMatchObject({ ended: 'done', why: null, problems: 0 });
  expect(run.kernelVersion).toMatch(/^\d+\.\d+/);
  const file = join(host.home, 'run.ktap');
  await host.client.must('testRuns.save', { id, form: 'ktap', path: file });
  const { passed, skipped, failed, crashed, missing } = run.counts;
  const counted = kunitCounts(file);
  process.stdout.write(`Linux ${run.kernelVersion}: ${JSON.stringify(counted)}\n`);
  expect(counted['passed']).toBe(passed);
  expect(passed).toBeGreaterThan(20);
  expect(counted['skipped'] ?? 0).toBe(skipped);
  expect({ failed, crashed, missing }).toEqual({ failed: 0, crashed: 0, missing: 0 });

  // The kernel that was built, booted by Paddock itself, and by the command, goes as it did.
  const [build] = readdirSync(join(host.dataDir, 'testruns')).filter((name) => name.startsWith('build-'));
  const kernelPath = join(host.dataDir, 'testruns', build ?? '', 'linux');
  expect(existsSync(kernelPath)).toBe(true);
  const said = runPaddock(host, ['kernel', 'kunit', '--kernel', kernelPath, '--json']);
  expect(said.status).toBe(0);
  const { run: second } = JSON.parse(said.out) as { run: TestRun };
  expect(second.counts).toEqual(run.counts);
  const { changes, same } = await host.client.must('testRuns.compare', { before: id, after: second.id });
  expect(changes).toEqual([]);
  expect(same).toBe(passed + skipped);
  const one = runPaddock(host, [
    'kernel',
    'kunit',
    '--kernel',
    kernelPath,
    '--filter',
    'example.example_simple_test',
    '--json',
  ]);
  expect((JSON.parse(one.out) as { run: TestRun }).run.counts).toMatchObject({ passed: 1, skipped: 0 });
  expect(readFileSync(file, 'utf8')).toContain('KTAP version 1');
});
