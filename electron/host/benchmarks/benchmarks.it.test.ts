import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Benchmark, BenchmarkPlan } from '@shared/benchmarks/benchmark.js';
import { operationIds } from '@shared/benchmarks/operation.js';
import type { Target } from '@shared/benchmarks/target.js';
import { machinesUnder } from '../../../e2e/oracles/processes.js';
import { runPaddock } from '../testing/run-paddock.js';
import { TestHost } from '../testing/test-host.js';

const KERNEL = '/usr/bin/linux.uml';
const native: Target = { kind: 'native', pinned: false };
const guest = (pinned: boolean, path = KERNEL): Target => ({ kind: 'kernel', path, mode: null, pinned });
const plan: BenchmarkPlan = {
  targets: [native, guest(false), guest(true)],
  operations: [...operationIds],
  starts: 2,
  rounds: 2,
  milliseconds: 2,
};

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.start();
  await host.until('kernels', ({ kernels }) => Object.keys(kernels).length > 0);
});
afterAll(() => host.remove());

const of = (id: string): Benchmark => {
  const found = host.state.benchmarks[id];
  if (!found) throw new Error(`no benchmark ${id}`);
  return found;
};
/** Main processes of guests, as ps sees them. */
const guests = (): number[] =>
  machinesUnder(host.umlDir).filter((pid) => wordsOf(pid).startsWith(`${KERNEL}\0`));
const wordsOf = (pid: number): string => ofProcess(pid, 'cmdline');
const cpusOf = (pid: number | undefined): string | undefined =>
  pid === undefined ? undefined : /^Cpus_allowed_list:\s*(\d+)$/m.exec(ofProcess(pid, 'status'))?.[1];
/** '' when it is gone. */
function ofProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
/** Nothing of a guest is left: no process, no folder. */
const expectNothingLeft = (): void => {
  expect(machinesUnder(host.umlDir)).toEqual([]);
  expect(readdirSync(host.umlDir)).toEqual([]);
  expect(readdirSync(host.runtimeDir).filter((name) => name.startsWith('helper-'))).toEqual([]);
};

test(
  'the figures come out of guests of that kernel, one on the CPU that is said, and are kept with every round',
  { timeout: 120_000 },
  async () => {
    const { id, jobId } = await host.client.must('benchmarks.start', plan);
    // Asked of the system while it goes on: where the pinned guest may run.
    let pinnedTo: string | undefined;
    await expect
      .poll(
        () =>
          (pinnedTo ??= host.state.jobs[jobId]?.detail.includes('one CPU') ? cpusOf(guests()[0]) : undefined),
        { timeout: 60_000, interval: 20 },
      )
      .toMatch(/^\d+$/);
    await host.until('the end', ({ jobs }) => jobs[jobId]?.endedAt != null, 100);
    expect(host.state.jobs[jobId]).toMatchObject({ state: 'succeeded', result: id });
    const { targets } = of(id);
    const version = execFileSync(KERNEL, ['--version'], { encoding: 'utf8' }).trim();
    expect(targets.map((one) => one.version)).toEqual([null, version, version]);
    expect(targets.map((one) => one.problem)).toEqual([null, null, null]);
    expect(targets.map(({ cpu }) => cpu)).toEqual([null, null, Number(pinnedTo)]);
    for (const operation of operationIds) {
      const [here = 0, ...there] = targets.map(({ figures }) => figures[operation]?.median ?? 0);
      // Each call of a guest is caught and carried out by a process of this computer: it can't be as cheap. Of whole
      // programs another test beside this one may take more than that.
      const least = operation.includes('fork') ? 0 : here;
      expect([operation, here > 0, ...there.map((ns) => ns > least)]).toEqual([operation, true, true, true]);
    }
    const record = await host.client.must('benchmarks.read', { id });
    expect(JSON.parse(readFileSync(join(host.dataDir, 'benchmarks', `${id}.json`), 'utf8'))).toEqual(record);
    for (const { starts } of record.targets)
      expect(starts.map((start) => Object.values(start).map((rounds) => rounds.length))).toEqual([
        operationIds.map(() => 2),
        operationIds.map(() => 2),
      ]);
    expectNothingLeft();
  },
);

test('a kernel that can’t is told of, and keeps the others from nothing', { timeout: 60_000 }, async () => {
  expect(
    await host.client.call('benchmarks.start', {
      ...plan,
      targets: [{ ...guest(true), mode: 'on' } as Target],
    }),
  ).toMatchObject({ ok: false, error: { code: 'kernel-lacks' } });
  expect(
    await host.client.call('benchmarks.start', { ...plan, targets: [guest(true, '/nowhere')] }),
  ).toMatchObject({ ok: false, error: { code: 'kernel-missing' } });
  // Answers as a kernel does, and says figures that no program said.
  const liar = join(host.home, 'liar');
  const source = join(host.home, 'liar.c');
  writeFileSync(
    source,
    `#include <stdio.h>
#include <string.h>
int main(int n, char **words) {
  if (n > 1 && strcmp(words[1], "--version") == 0) return puts("6.1.0"), 0;
  if (n > 1 && words[1][0] == '-') return 0;
  const char *token = words[n - 4];
  printf("%s begin\\n%s round 0 getpid 1000000 1\\n%s end\\n", token, token, token);
  return 0;
}
`,
  );
  execFileSync('gcc', ['-o', liar, source]);
  const { id, jobId } = await host.client.must('benchmarks.start', {
    ...plan,
    targets: [guest(true, liar), native],
    operations: ['getpid'],
    starts: 1,
  });
  expect(await host.client.call('benchmarks.start', plan)).toMatchObject({
    ok: false,
    error: { code: 'benchmark-running' },
  });
  await host.until('the end', ({ jobs }) => jobs[jobId]?.endedAt != null);
  const [lied, told] = of(id).targets;
  expect(lied).toMatchObject({ figures: {}, problem: 'it left something out' });
  expect(told?.figures.getpid?.median).toBeGreaterThan(0);
  await host.client.must('benchmarks.delete', { id });
  expect(existsSync(join(host.dataDir, 'benchmarks', `${id}.json`))).toBe(false);
});

test(
  'one that is cancelled, or whose host is killed, leaves nothing running',
  { timeout: 90_000 },
  async () => {
    const long = { ...plan, targets: [guest(true)], starts: 20, milliseconds: 200, rounds: 20 };
    const inGuest = () =>
      expect.poll(() => guests().length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(0);
    const first = await host.client.must('benchmarks.start', long);
    await inGuest();
    await host.client.must('jobs.cancel', { id: first.jobId });
    await host.until('the end', ({ jobs }) => jobs[first.jobId]?.endedAt != null);
    expect(host.state.jobs[first.jobId]?.state).toBe('cancelled');
    // Nothing was measured, nothing is kept.
    expect(host.state.benchmarks[first.id]).toBeUndefined();
    expectNothingLeft();

    const second = await host.client.must('benchmarks.start', {
      ...long,
      targets: [native, guest(true)],
      milliseconds: 20,
    });
    await host.until('a start', ({ benchmarks }) => (benchmarks[second.id]?.targets[0]?.starts ?? 0) > 0);
    await inGuest();
    await host.killHost();
    await host.launch();
    expect(of(second.id)).toMatchObject({ ended: 'interrupted' });
    expect(of(second.id).targets[0]?.figures.getpid?.median).toBeGreaterThan(0);
    expectNothingLeft();
  },
);

test('the command measures, lists, compares, prints every round and removes', { timeout: 60_000 }, () => {
  const run = (...args: string[]) => runPaddock(host, ['kernel', 'bench', ...args]);
  const measure = (...more: string[]) =>
    run(
      '--operation',
      'getpid,stat',
      '--pinned',
      'yes',
      '--starts',
      '1',
      '--rounds',
      '1',
      '--ms',
      '1',
      ...more,
    );
  const one = JSON.parse(measure('--json').out) as Benchmark;
  expect(one.targets.map(({ target, starts }) => [target.kind, target.pinned, starts])).toEqual([
    ['native', false, 1],
    ['kernel', true, 1],
  ]);
  const said = measure('--kernel', KERNEL, '--mode', 'default');
  expect(said.out).toMatch(/GETPID +MEDIAN[\s\S]+one CPU +[\d.]+ µs[\s\S]+published: UML +25\.0 µs/);
  // One host has interrupted ones of before; the newest come first.
  const ids = (JSON.parse(run('list', '--json').out) as Benchmark[]).map(({ id }) => id);
  expect(ids[1]).toBe(one.id);
  expect(run('compare', one.id, ids[0] ?? '').out).toMatch(/Native, any CPU +getpid[\s\S]+one CPU +stat/);
  expect(run('show', one.id, '--csv').out.match(/^measured,/gm)).toHaveLength(4);
  expect(measure('--mode', 'seccomp=on').err).toMatch(/ can’t do this: seccomp=on/);
  for (const wrong of [
    ['--mode', 'fast'],
    ['--operation', 'sleep'],
    ['--pinned', 'maybe'],
    ['--starts', '0'],
    ['show', 'x'],
  ])
    expect(run(...wrong).status).toBe(2);
  expect(run('remove', one.id).status).toBe(0);
  expect(run('show', one.id).err).toContain(`no benchmark ${one.id}`);
});
