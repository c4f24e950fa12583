import { statfs } from 'node:fs/promises';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import type { CheckFix } from '@shared/diagnostics/check.js';
import { describeError, Failure } from '@shared/errors/paddock-error.js';
import { shellText } from '@shared/vms/command-line.js';
import { MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { checkMemoryFolder, memoryFolder, mountOf } from '../vms/start-checks.js';
import { byCommand, type Check } from './diagnostics.js';
import { umlEarlyChecks } from './uml-early-checks.js';

const MIB = 1024 ** 2;
/** A tmpfs that is made larger gets room for more than one; it takes no memory until it is used. */
const ROOM_FOR_SOME_MIB = 1024;
/** f_type of a tmpfs (statfs(2)). */
const TMPFS = 0x01021994;

/** The folder that holds the machines' memory is there, has room for one, and may execute: tried by a real kernel. */
export const memoryFolderCheck = (kernels: KernelService): Check => ({
  id: 'memory-folder',
  title: 'Memory folder',
  applies: () => true,
  check: async () => {
    const folder = memoryFolder(null);
    try {
      await checkMemoryFolder(folder, MEMORY_DEFAULT_MIB);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { sentence, fix } = describeError(error.error);
      const fixes = await fixesFor(error, folder);
      return { level: 'error', text: fixes.length > 0 ? sentence : `${sentence} ${fix}`, fixes };
    }
    const reason = await umlEarlyChecks(kernels, folder);
    if (reason?.code.startsWith('memory-file-')) {
      const { sentence, fix } = stopReasonText(reason);
      return { level: 'error', text: `${sentence} ${fix}`, fixes: [] };
    }
    const { bavail, bsize } = await statfs(folder);
    const freeMiB = (bavail * bsize) / MIB;
    const machines = Math.floor(freeMiB / MEMORY_DEFAULT_MIB).toLocaleString('en');
    const text = `${folder} may execute and has ${(freeMiB / 1024).toFixed(1)} GB free, for ${machines} machines of ${MEMORY_DEFAULT_MIB} MB`;
    return { level: 'ok', text, fixes: [] };
  },
  fixes: {},
});

async function fixesFor({ error: { code } }: Failure, folder: string): Promise<CheckFix[]> {
  const { point } = mountOf(folder);
  if (code === 'memory-folder-noexec')
    return byCommand('Allow it, as root', shellText(['mount', '-o', 'remount,exec', point]));
  if (code === 'memory-folder-missing') {
    const mount = shellText(['mount', '-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs', folder]);
    return byCommand('Make one, as root', `${shellText(['mkdir', '-p', folder])} && ${mount}`);
  }
  const { type, blocks, bavail, bsize } = await statfs(folder);
  if (code !== 'memory-folder-full' || type !== TMPFS) return [];
  const neededMiB = Math.ceil(((blocks - bavail) * bsize) / MIB) + MEMORY_DEFAULT_MIB;
  const size = `remount,size=${Math.max(neededMiB, ROOM_FOR_SOME_MIB)}M`;
  return byCommand('Make it larger, as root', shellText(['mount', '-o', size, point]));
}
