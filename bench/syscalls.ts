import { fullName, timesNative } from '@shared/benchmarks/compare.js';
import { plainEffort } from '@shared/benchmarks/benchmark.js';
import { kernelModes, type Target } from '@shared/benchmarks/target.js';
import { TestHost } from '../electron/host/testing/test-host.js';
import { report } from './report.js';

/** Debian's oldest kernel of those that Paddock gets, and its newest. */
const SUITES = ['bookworm', 'sid'];
const GOAL = 3;

/**
 * getpid, measured as the window's benchmarks measure it: here, on 6.1, on 7.2 by ptrace and by seccomp; each kept on one
 * CPU, which is Paddock's default, and as a plain start of the same kernel has it.
 */
export async function benchSyscalls(): Promise<void> {
  const host = await TestHost.start();
  try {
    const targets: Target[] = [{ kind: 'native', pinned: false }];
    for (const suite of SUITES) {
      const { jobId } = await host.client.must('kernels.get', { suite, mirror: null, acceptStale: true });
      const { result } = await host.until(
        suite,
        ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId],
        300,
      );
      const kernel = host.state.kernels[result ?? ''];
      if (!kernel) throw new Error(`no kernel of ${suite}`);
      for (const mode of kernelModes(kernel))
        for (const pinned of [false, true]) targets.push({ kind: 'kernel', path: kernel.path, mode, pinned });
    }
    const { id, jobId } = await host.client.must('benchmarks.start', {
      targets,
      operations: ['getpid'],
      ...plainEffort,
    });
    await host.until('the benchmark', ({ jobs }) => jobs[jobId]?.endedAt != null, 600);
    const found = host.state.benchmarks[id];
    if (!found) throw new Error(host.state.jobs[jobId]?.error?.code ?? 'nothing was measured');
    const medians = new Map(found.targets.map((one) => [fullName(one), one.figures.getpid?.median ?? NaN]));
    const gains = [...medians].flatMap(([name, ns]) => {
      const [what, isPinned] = [name.replace(/, one CPU$/, ''), name.endsWith(', one CPU')];
      const free = medians.get(`${what}, any CPU`);
      return isPinned && free !== undefined
        ? [[`${what}: any CPU / one CPU (goal ${GOAL})`, free / ns] as const]
        : [];
    });
    report(
      `getpid in a guest (load ${found.computer.load.toFixed(1)} at the beginning)`,
      'ns',
      found.targets.map((one) => {
        const { low = NaN, median = NaN, high = NaN } = one.figures.getpid ?? {};
        return { name: fullName(one), values: [low, median, high] };
      }),
      {
        ...Object.fromEntries(
          found.targets.map((one) => [
            `${fullName(one)}: times native`,
            timesNative(found, one, 'getpid') ?? NaN,
          ]),
        ),
        ...Object.fromEntries(gains),
      },
    );
  } finally {
    await host.remove();
  }
}
