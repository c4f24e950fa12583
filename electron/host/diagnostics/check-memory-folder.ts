import { statfs } from 'node:fs/promises';
import { describeError, Failure } from '@shared/errors/paddock-error.js';
import { MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import { checkMemoryFolder, memoryFolder } from '../vms/start-checks.js';
import type { Check } from './diagnostics.js';

/** The folder that holds the machines' memory may execute and has room. */
export const memoryFolderCheck: Check = {
  id: 'memory-folder',
  title: 'Memory file',
  look: async () => {
    const folder = memoryFolder();
    try {
      await checkMemoryFolder(folder, MEMORY_DEFAULT_MIB);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { sentence } = describeError(error.error);
      const remount = error.error.code === 'memory-folder-noexec' ? `mount -o remount,exec ${folder}` : null;
      return { level: 'error', text: sentence, fixCommand: remount };
    }
    const { bavail, bsize } = await statfs(folder);
    const free = ((bavail * bsize) / 1024 ** 3).toFixed(1);
    return { level: 'ok', text: `${folder} may execute and has ${free} GB free`, fixCommand: null };
  },
};
