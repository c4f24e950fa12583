import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BenchmarkPlan } from '@shared/benchmarks/benchmark.js';
import { BENCH_PROGRAM, benchCommandLine } from '@shared/benchmarks/guest-command-line.js';
import { BenchReader, benchWords, type BenchOutput } from '@shared/benchmarks/output.js';
import type { Target } from '@shared/benchmarks/target.js';
import { Failure } from '@shared/errors/paddock-error.js';
import { kernelEnvironment } from '../kernels/wide-xstate.js';
import { reapMachine } from '../platform/processes.js';
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
/** Ends with the host, however that ends (prctl(2), PR_SET_PDEATHSIG). */
const WITH_HOST = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

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
  const reap = (): void => void (isNative ? null : reapMachine(place));
  const begun = performance.now();
  let failed: string | null = null;
  signal.addEventListener('abort', reap, { once: true });
  try {
    await runProgram([...WITH_HOST, ...argv], {
      timeoutMs: BOOT_LIMIT_MS + operations.length * rounds * milliseconds * SLOWER_AT_MOST,
      signal,
      cwd: folder.root,
      env: isNative ? {} : { ...kernelEnvironment(), TMPDIR: memoryFolder(null), HOME: homedir() },
      // As machines are: what it forks from now on stays there, too (docs/decisions/0007).
      onPid: (pid) => {
        if (cpu !== null) pinToCpu(pid, cpu);
      },
      onLine: (line) => reader.add(line),
      // A stub that the kernel forked while it was killed stays, stopped, and holds the output open (helper-uml.ts).
      onExit: reap,
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.error.code === 'cancelled') throw error;
    failed = whyFailed(error);
  } finally {
    signal.removeEventListener('abort', reap);
    if (!isNative) {
      await reapMachine(place);
      await rm(join(umlDir, umid), { recursive: true, force: true });
    }
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
