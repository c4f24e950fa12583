import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { whyAnswer } from '@shared/kernels/abilities.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { kunitCommandLine, whyNotKunitWord } from '@shared/testruns/kunit-words.js';
import type { KernelSpec } from '@shared/testruns/test-run.js';
import { paddockPaths } from '../../link/paddock-paths.js';
import type { JobReporter } from '../jobs/job-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { runToItsEnd, WITH_HOST } from '../kernels/run-to-its-end.js';
import { lineSplitter } from '../platform/line-splitter.js';
import { OutputPipe } from '../platform/pipe.js';
import { checkMemoryFolder, checkPaths, memoryFolder } from '../vms/start-checks.js';
import type { TestOutput } from './test-output.js';

/** What it does, for the job. */
export const kernelSteps = ['Boot and run the tests'];

/** The kernel, when it can do it. Throws Failure: kernel-missing, kernel-not-runnable, test-run-no-kunit, kernel-argument. */
export async function checkKernel(kernels: KernelService, spec: KernelSpec): Promise<Kernel> {
  const kernel = await kernels.probe(spec.kernelPath);
  const answer = kernel.answers.kunit;
  if (answer === 'no' || answer === 'module') {
    const why = whyAnswer('kunit', answer, kernel.answers).replace(/\.$/, '');
    throw failure('test-run-no-kunit', { version: kernel.version, why });
  }
  for (const word of spec.extra) {
    const why = whyNotKunitWord(word);
    if (why !== null) throw failure('kernel-argument', { word, why });
  }
  return kernel;
}

/** Boots a kernel without a disk, once for each glob, and hears what its tests say before it halts. */
export async function runKernel(
  spec: KernelSpec,
  globs: readonly string[],
  output: TestOutput,
  report: JobReporter,
): Promise<void> {
  report.nextStep();
  const memory = memoryFolder(null);
  await checkMemoryFolder(memory, spec.memoryMiB);
  const { runtimeDir } = paddockPaths();
  for (const [n, glob] of globs.entries()) {
    if (globs.length > 1) report.progress(n / globs.length, glob);
    // Named like a helper: what a killed host leaves of it is cleared away with those.
    const place = {
      umid: `helper-${randomBytes(6).toString('hex')}`,
      umlDir: join(runtimeDir, 'uml'),
      byArgv: null,
    };
    checkPaths([join(place.umlDir, place.umid)]);
    const mark = join(runtimeDir, place.umid);
    await mkdir(mark, { mode: 0o700 });
    const hear = (line: string): void => {
      report.log(line);
      output.add(line);
    };
    // Not the socket that Node makes for a program's output: it holds about 280 lines, and the kernel, which doesn't wait
    // for room and halts right behind its tests, loses what doesn't fit (seen, 2 of 14 runs).
    const decoder = new StringDecoder('utf8');
    const split = lineSplitter(hear);
    const pipe = new OutputPipe((bytes) => split.add(decoder.write(bytes)));
    try {
      await runToItsEnd([...WITH_HOST, ...kunitCommandLine(spec, { ...place, glob })], {
        place,
        memoryDir: memory,
        timeoutMs: spec.timeoutS * 1000,
        signal: report.signal,
        outputFd: pipe.writeFd,
        onLine: hear,
      });
    } catch (error) {
      // The next boot may do better than one that fell over.
      if (report.signal.aborted || n === globs.length - 1) throw asItsEnd(error);
    } finally {
      await pipe.drain();
      split.end();
      await rm(mark, { recursive: true, force: true });
    }
  }
}

/** The failure of what ran it, as the kernel's. */
function asItsEnd(error: unknown): unknown {
  if (!(error instanceof Failure) || error.error.code !== 'tool-failed') return error;
  const exitCode = String(error.error.params['exitCode']);
  return failure('test-run-kernel-ended', { exitCode }, error.error.detail);
}
