import { failure } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { runModeLacks, whyNotExtra, type RunMode } from '@shared/kernels/run-mode.js';

/** That a kernel has what is chosen of it. Throws Failure kernel-lacks. */
export function checkRunMode(mode: RunMode, { version, answers }: Kernel): void {
  const lack = runModeLacks(mode, answers);
  if (lack) throw failure('kernel-lacks', { version, ...lack });
}

/** That no argument undoes what Paddock sets itself. Throws Failure kernel-argument. */
export function checkExtraWords({ extra }: RunMode): void {
  for (const word of extra) {
    const why = whyNotExtra(word);
    if (why !== null) throw failure('kernel-argument', { word, why });
  }
}
