import type { BenchmarkPlan } from '@shared/benchmarks/benchmark.js';
import { BENCH_PROGRAM, benchCommandLine } from '@shared/benchmarks/guest-command-line.js';
import { BenchReader, benchWords, type BenchOutput } from '@shared/benchmarks/output.js';
import type { Target } from '@shared/benchmarks/target.js';
import { Failure } from '@shared/errors/paddock-error.js';
import { runToItsEnd, WITH_HOST } from '../kernels/run-to-its-end.js';
import { runProgram } from '../platform/run-program.js';
import { pinToCpu } from '../vms/cpu-spread.js';
import { memoryFolder } from '../vms/start-checks.js';
import type { BenchFolder } from './bench-folder.js';

/** As little as a kernel needs. */
export const GUEST_MIB = 64;
const BOOT_LIMIT_MS = 60_000;
/** A round is repeated until it is long enough, and may be much longer than it should on a busy computer. */
const SLOWER_AT_MOST = 60;
/** Clocks of guests and this computer's run alike but for reading them. */
const CLOCK_SLACK = 1.05;

/** One start of a target. */
export interface TargetStart {
  target: Target;
  plan: BenchmarkPlan;
  folder: BenchFolder;
  /** A word that only this start knows. */
  token: string;
  /** What its guest is called. */
  umid: string;
  umlDir: string;
  cpu: number | null;
  signal: AbortSignal;
}

/** Runs it: what it said, or why that is nothing, as a clause. Nothing of it is left. Throws Failure cancelled. */
export async function runTarget(start: TargetStart): Promise<{ output: BenchOutput } | { why: string }> {
  const { target, plan, folder, token, umid, umlDir, cpu, signal } = start;
  const { operations, rounds, milliseconds } = plan;
  const reader = new BenchReader({ token, operations, rounds });
  const words = benchWords({ token, operations, rounds }, milliseconds);
  const place = { umid, umlDir, byArgv: null };
  const isNative = target.kind === 'native';
  const argv: [string, ...string[]] = isNative
    ? [`./${BENCH_PROGRAM}`, ...words]
    : benchCommandLine(
        {
          kernelPath: target.path,
          mode: target.mode,
          umid,
          umlDir,
          disk: folder.disk,
          memoryMiB: GUEST_MIB,
        },
        words,
      );
  const begun = performance.now();
  let failed: string | null = null;
  const options = {
    timeoutMs: BOOT_LIMIT_MS + operations.length * rounds * milliseconds * SLOWER_AT_MOST,
    signal,
    cwd: folder.root,
    // As machines are: what it forks from now on stays there, too (docs/decisions/0007).
    onPid: (pid: number) => {
      if (cpu !== null) pinToCpu(pid, cpu);
    },
    onLine: (line: string) => reader.add(line),
  };
  try {
    if (isNative) await runProgram([...WITH_HOST, ...argv], options);
    else await runToItsEnd([...WITH_HOST, ...argv], { ...options, place, memoryDir: memoryFolder(null) });
  } catch (error) {
    if (!(error instanceof Failure) || error.error.code === 'cancelled') throw error;
    failed = whyFailed(error);
  }
  const said = reader.end();
  // A kernel may fall over while it powers off: what the program said before that counts.
  if ('why' in said) return { why: withLastWords(failed ?? said.why, reader.around) };
  if (said.output.claimedNs > (performance.now() - begun) * 1e6 * CLOCK_SLACK)
    return { why: 'it says that it took longer than it did: its clock can’t be trusted' };
  return said;
}

function whyFailed({ error, message }: Failure): string {
  if (error.code !== 'tool-failed') return message.replace(/\.$/, '');
  const code = error.params['exitCode'];
  return typeof code === 'number' ? `it ended with exit code ${code}` : `it ended (${String(code)})`;
}

/** A kernel's panic says best why; else its last line. */
function withLastWords(why: string, around: readonly string[]): string {
  const said = around.find((line) => line.includes('Kernel panic')) ?? around.at(-1);
  return said === undefined ? why : `${why} (${said.trim()})`;
}
