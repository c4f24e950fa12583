import { resolve } from 'node:path';
import { newestFirst, type Kernel } from '@shared/kernels/kernel.js';
import type { VmView } from '@shared/vms/vm-view.js';
import type { Session } from './session.js';
import { UsageError } from './usage.js';

/** The path of a kernel, of a word that is one, or the version or the library's id of one that is known. Throws UsageError. */
export async function pathOfKernel(session: Session, wanted: string): Promise<string> {
  if (wanted.includes('/')) return resolve(wanted);
  const found = knownKernel(session, wanted);
  if (found) return found.path;
  // A host that just began may not have looked yet.
  await session.client.must('kernels.refresh', {});
  const late = knownKernel(session, wanted);
  if (late) return late.path;
  throw new UsageError(`no kernel ${wanted} is known; a path needs a / in it`);
}

/** What a kernel is that a word names, also when it is on no list. Throws UsageError, and Failure when there is none. */
export async function kernelOf(session: Session, wanted: string): Promise<Kernel> {
  const path = await pathOfKernel(session, wanted);
  return session.state.kernels[path] ?? (await session.client.must('kernels.probe', { path })).kernel;
}

/** The kernel that a machine has; null when nothing can be known of it, as of one that is gone. */
export async function presentKernel(session: Session, vm: VmView): Promise<Kernel | null> {
  return kernelOf(session, vm.kernelPath).catch(() => null);
}

function knownKernel({ state }: Session, wanted: string): Kernel | undefined {
  const all = newestFirst(Object.values(state.kernels));
  return all.find(({ library }) => library?.id === wanted) ?? all.find(({ version }) => version === wanted);
}
