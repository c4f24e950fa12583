import { Failure } from '@shared/errors/paddock-error.js';
import type { StopReason } from '@shared/diagnostics/stop-reason.js';
import { whyItStopped } from '@shared/diagnostics/why-it-stopped.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { runProgram } from '../platform/run-program.js';

const LIMIT_MS = 5000;

/**
 * What a real kernel says to this computer. Before it boots UML traces a child of its own and runs a page of its memory
 * folder (os_early_checks, arch/um/os-Linux/start_up.c). With 1 MB it then gives up for want of memory: after those
 * checks, before it makes a umid folder, within 10 ms, where a boot takes a second. So `memory-too-small` is praise.
 * Null when there is no kernel to ask.
 */
export async function umlEarlyChecks(kernels: KernelService, memoryDir: string): Promise<StopReason | null> {
  const kernel = await kernels.newest().catch(() => null);
  if (kernel === null) return null;
  try {
    await runProgram([kernel.path, 'mem=1M', 'con=null', 'con0=null', 'ssl=null'], {
      timeoutMs: LIMIT_MS,
      env: { TMPDIR: memoryDir },
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
    const exitCode = Number(error.error.params['exitCode']);
    return whyItStopped({
      exitCode: Number.isInteger(exitCode) ? exitCode : null,
      signal: Number.isInteger(exitCode) ? null : String(error.error.params['exitCode']),
      asked: null,
      gaveUpAfter: null,
      wasUp: false,
      oomKills: 0,
      panic: null,
      nommuSeccomp: false,
      consoleTail: error.error.detail?.lastLines.join('\n') ?? '',
    });
  }
  return { code: 'poweroff' };
}
