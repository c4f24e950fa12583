import { statfs } from 'node:fs/promises';
import type { Check } from './diagnostics.js';

/** Layers and logs grow: below this there is reason to look. */
const LOW_BYTES = 1024 ** 3;

/** There is room for what machines write. */
export const diskSpaceCheck = (dataDir: string): Check => ({
  id: 'disk-space',
  title: 'Disk space',
  look: async () => {
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const text = `${(free / 1024 ** 3).toFixed(1)} GB free in ${dataDir}`;
    return { level: free < LOW_BYTES ? 'warn' : 'ok', text, fixCommand: null };
  },
});
