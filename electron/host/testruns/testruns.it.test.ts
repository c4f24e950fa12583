import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Job } from '@shared/jobs/job.js';
import { flatten, type Results } from '@shared/testruns/test-node.js';
import type { TestRun, TestSpec } from '@shared/testruns/test-run.js';
import { recordedKunit } from '@shared/testruns/testing/recorded-kunit.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { kunitStandIn } from '../testing/kunit-stand-in.js';
import { runPaddock } from '../testing/run-paddock.js';
import { TestHost } from '../testing/test-host.js';

vi.setConfig({ testTimeout: 90_000 });

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(async () => {
  await host.remove();
});

const ended = (id: string): Promise<TestRun> =>
  host.until(
    'the end of a run of tests',
    ({ testRuns }) => testRuns[id]?.endedAt != null && testRuns[id],
    60,
  );
const endedJob = ({ jobId }: TestRun): Promise<Job> =>
  host.until('the end of its job', ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId]);
const start = async (spec: TestSpec): Promise<string> =>
  (await host.client.must('testRuns.start', { spec })).id;
const read = async (id: string): Promise<Results> =>
  (await host.client.must('testRuns.read', { id })).results;
const outcomes = async (id: string): Promise<Record<string, string>> =>
  Object.fromEntries(flatten((await read(id)).tests).map(({ path, test: one }) => [path, one.outcome]));
/** What still runs of kernels that test themselves. */
const testing = (): number[] => processesNaming(`${host.runtimeDir}/uml`);

test('a kernel boots, says how its tests went, and what failed is run again and compared', async () => {
  const [debian] = await host.until(
    'kernels',
    ({ kernels }) => Object.values(kernels).length > 0 && Object.values(kernels),
  );
  const plain = { kind: 'kernel' as const, filter: '', memoryMiB: 128, extra: [], timeoutS: 30 };
  // Debian's own has no KUnit, and says so before anything boots.
  expect(
    await host.client.call('testRuns.start', { spec: { ...plain, kernelPath: debian?.path ?? '' } }),
  ).toMatchObject({ ok: false, error: { code: 'test-run-no-kunit' } });

  const again =
    'KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: a_failing\n    1..1\n    ok 1 worse_fails\nok 1 a_failing\n';
  const stand = kunitStandIn(host.home, debian?.path ?? '', {
    '': recordedKunit.split('\n').slice(4).join('\n'),
    'a_failing.worse_fails': again,
    nothing: 'no such tests\n',
  });
  const spec = { ...plain, ...stand };
  const first = await start(spec);
  const run = await ended(first);
  expect(run).toMatchObject({ ended: 'done', kernelVersion: debian?.version, why: null, isCut: false });
  // `kunit.py parse` of the same: passed 36, failed 1, crashed 7, of which 6 never began, skipped 1.
  expect(run.counts).toMatchObject({ passed: 36, failed: 1, skipped: 1, crashed: 1, missing: 6, running: 0 });
  const { tests } = await read(first);
  const failed = flatten(tests).find(({ path }) => path === 'a_failing/worse_fails')?.test;
  const { from = 0, to = 0 } = failed ?? {};
  const { lines } = await host.client.must('testRuns.lines', { id: first, from, count: to - from });
  expect(lines[0]).toContain('# worse_fails: EXPECTATION FAILED at lib/kunit/kunit-example-test.c:182');
  expect(await endedJob(run)).toMatchObject({ state: 'succeeded', result: first });

  // Two boots, for what failed and for the suite in which it fell over; of that second one nothing is said here.
  const { id: second } = await host.client.must('testRuns.again', { id: first, failedOnly: true });
  expect(await ended(second)).toMatchObject({ globs: ['a_failing.worse_fails', 'b_panics'], repeats: first });
  expect(await outcomes(second)).toEqual({ a_failing: 'passed', 'a_failing/worse_fails': 'passed' });
  const comparison = await host.client.must('testRuns.compare', { before: first, after: second });
  expect(comparison).toEqual({
    changes: [{ path: 'a_failing/worse_fails', kind: 'better', before: 'failed', after: 'passed' }],
    untold: 0,
    same: 0,
  });

  const path = join(host.home, 'run.ktap');
  await host.client.must('testRuns.save', { id: first, form: 'ktap', path });
  expect(readFileSync(path, 'utf8')).toContain('\n[    0.040000]     not ok 2 worse_fails\n');
  expect(await host.client.call('testRuns.save', { id: first, form: 'json', path })).toMatchObject({
    ok: false,
    error: { code: 'export-exists' },
  });

  // One that says nothing of tests, one that hangs, and words that are Paddock's own.
  const empty = await ended(await start({ ...spec, filter: 'nothing' }));
  expect(empty.ended).toBe('failed');
  expect(await endedJob(empty)).toMatchObject({ state: 'failed', error: { code: 'test-run-empty' } });
  const hangs = await start({ ...spec, filter: 'hang' });
  await host.until('its boot', ({ testRuns }) => (testRuns[hangs]?.lines ?? 0) > 0);
  expect(await host.client.call('testRuns.remove', { id: hangs })).toMatchObject({
    ok: false,
    error: { code: 'test-run-goes-on' },
  });
  await host.client.must('jobs.cancel', { id: host.state.testRuns[hangs]?.jobId ?? '' });
  expect((await ended(hangs)).ended).toBe('cancelled');
  expect(await ended(await start({ ...spec, filter: 'hang', timeoutS: 2 }))).toMatchObject({ ended: 'time' });
  expect(
    await host.client.call('testRuns.start', { spec: { ...spec, extra: ['kunit_shutdown=reboot'] } }),
  ).toMatchObject({ ok: false, error: { code: 'kernel-argument' } });
  expect(testing()).toEqual([]);
  expect(readdirSync(host.runtimeDir).filter((name) => name.startsWith('helper-'))).toEqual([]);

  // Kept by the next host; removed with all that is theirs.
  const lost = await start({ ...spec, filter: 'hang' });
  await host.until('its boot', ({ testRuns }) => (testRuns[lost]?.lines ?? 0) > 0);
  await host.killHost();
  await host.launch();
  expect(host.state.testRuns[first]).toEqual(run);
  expect(host.state.testRuns[lost]).toMatchObject({ ended: 'lost' });
  await vi.waitFor(() => expect(testing()).toEqual([]));
  expect((await read(first)).tests).toEqual(tests);
  for (const id of Object.keys(host.state.testRuns)) await host.client.must('testRuns.remove', { id });
  expect(readdirSync(join(host.dataDir, 'testruns'))).toEqual([]);
});

test('the kunit.py of a tree is run with the tools that building a kernel has', async () => {
  const tree = join(host.home, 'linux');
  mkdirSync(join(tree, 'tools/testing/kunit'), { recursive: true });
  // Of a tree's own the words and what it prints; the tools that its make would run say who they are.
  writeFileSync(
    join(tree, 'tools/testing/kunit/kunit.py'),
    `import subprocess, sys
if '--help' in sys.argv: print('--raw_output [{all,kunit}] --kconfig_add'); sys.exit()
for tool in ('flex', 'bison', 'm4', 'bc'): subprocess.run([tool, '--version'], check=True)
subprocess.run(['flex', '-t', '/dev/stdin'], input=b'%%\\n%%\\n', check=True, stdout=subprocess.DEVNULL)
print('[12:00:00] Starting KUnit Kernel (1/1)...\\nKTAP version 1\\n1..1\\nok 1 built')
`,
  );
  const id = await start({
    kind: 'tree',
    tree,
    kunitconfig: null,
    kconfigAdd: [],
    filter: '',
    jobs: null,
    timeoutS: 60,
  });
  expect(await ended(id)).toMatchObject({ ended: 'done', why: null, counts: { passed: 1 } });
  const { lines } = await host.client.must('testRuns.lines', { id, from: 0, count: 100 });
  expect(lines.join('\n')).toMatch(/^flex .*\n[^]*^bison /m);
});

test('a test command in a guest: KTAP, what LTP prints, a failure, nothing, and a cancel', async () => {
  const id = await host.makeTiny({ name: 'lab' });
  const guest = (command: string): TestSpec => ({ kind: 'guest', vmId: id, command, timeoutS: 30 });
  await host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.readyAt ?? null);
  const ktap = await start(
    guest(
      `echo TAP version 13; echo 1..3; sleep 0.3; echo "ok 1 uname $(uname -s)"; echo 'not ok 2 broken # because'; echo told >&2; echo 'ok 3 other # SKIP no'; exit 1`,
    ),
  );
  expect(await ended(ktap)).toMatchObject({
    ended: 'done',
    title: expect.stringMatching(/^lab: echo TAP/) as string,
    counts: { passed: 1, failed: 1, skipped: 1 },
  });
  expect(await outcomes(ktap)).toEqual({ 'uname Linux': 'passed', broken: 'failed', other: 'skipped' });
  expect((await read(ktap)).tests[0]?.tookMs).toBeGreaterThanOrEqual(290);
  const { lines } = await host.client.must('testRuns.lines', { id: ktap, from: 0, count: 100 });
  expect(lines).toContain('told');

  const ltp = await start(guest(`printf 'getpid01.c:40: TPASS: one\\ngetpid01.c:51: TFAIL: two\\n'`));
  expect((await ended(ltp)).counts).toMatchObject({ passed: 1, failed: 1 });
  const { id: again } = await host.client.must('testRuns.again', { id: ltp, failedOnly: true });
  expect((await ended(again)).counts).toMatchObject({ passed: 1, failed: 1 });

  const said = runPaddock(host, [
    'testrun',
    'start',
    'lab',
    '--',
    'printf',
    'TAP version 13\\n1..2\\nok 1 a\\nnot ok 2 b # why\\n',
  ]);
  expect(said.status).toBe(1);
  expect(said.out).toMatch(/^failed: b \(why\)\n[0-9a-f]{12}: 1 failed, 1 passed\n$/);
  const fine = runPaddock(host, ['testrun', 'start', 'lab', '--json', '--', 'printf', '1..1\\nok 1 a\\n']);
  expect(fine.status).toBe(0);
  expect((JSON.parse(fine.out) as { run: TestRun }).run.counts.passed).toBe(1);
  const compared = runPaddock(host, ['testrun', 'compare', ltp, 'last']);
  expect(compared).toMatchObject({
    status: 0,
    out: expect.stringContaining('new: a (not there, then passed)') as string,
  });

  const none = await ended(await start(guest('no-such-command')));
  expect(await endedJob(none)).toMatchObject({
    state: 'failed',
    error: { code: 'test-run-empty', params: { what: 'it ended with exit code 127' } },
  });
  const long = await start(guest('echo TAP version 13; echo 1..2; echo ok 1 a; sleep 1000'));
  await host.until('a result', ({ testRuns }) => testRuns[long]?.counts.passed === 1);
  await host.client.must('jobs.cancel', { id: host.state.testRuns[long]?.jobId ?? '' });
  expect(await ended(long)).toMatchObject({ ended: 'cancelled', counts: { passed: 1, crashed: 1 } });
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  expect(await host.client.call('testRuns.start', { spec: guest('true') })).toMatchObject({
    ok: false,
    error: { code: 'guest-tools-absent' },
  });
});
