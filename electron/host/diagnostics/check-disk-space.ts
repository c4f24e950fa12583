import { statfs } from 'node:fs/promises';
import type { Check } from './diagnostics.js';

/** Layers and logs grow: below this there is reason to look. */
const LOW_BYTES = 1024 ** 3;

/** There is room for what machines write. */
export const diskSpaceCheck = (dataDir: string): Check => ({
  id: 'disk-space',
  title: 'Disk space',
  applies: () => true,
  check: async () => {
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const text = `${(free / 1024 ** 3).toFixed(1)} GB free in ${dataDir}`;
    if (free >= LOW_BYTES) return { level: 'ok', text, fixes: [] };
    const lost = 'Layers and logs grow as machines write; guests see I/O errors when it is full.';
    return { level: 'warn', text: `only ${text}. ${lost}`, fixes: [] };
  },
  fixes: {},
});
