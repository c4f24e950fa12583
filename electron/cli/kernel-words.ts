import { resolve } from 'node:path';
import type { Kernel } from '@shared/kernels/kernel.js';
import type { Session } from './session.js';
import { UsageError } from './usage.js';

/** A path, or the version of one that is known. */
export function pathOfKernel(session: Session, wanted: string): string {
  if (wanted.includes('/')) return resolve(wanted);
  const found = Object.values(session.state.kernels).find(
    ({ version, library }: Kernel) => version === wanted || library?.id === wanted,
  );
  if (!found) throw new UsageError(`no kernel ${wanted} is known; a path needs a / in it`);
  return found.path;
}
