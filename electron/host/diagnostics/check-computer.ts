import { cpus, machine, release, totalmem } from 'node:os';
import { distribution } from './computer-facts.js';
import type { Check } from './diagnostics.js';

/** What this computer is: never wrong, but the first thing that a reader of a report asks. */
export const computerCheck: Check = {
  id: 'computer',
  title: 'This computer',
  applies: () => true,
  check: async () => {
    const processors = `${cpus().length} ${cpus().length === 1 ? 'CPU' : 'CPUs'}`;
    const memory = `${(totalmem() / 1024 ** 3).toFixed(1)} GB`;
    const text = [await distribution(), `Linux ${release()} (${machine()})`, processors, memory].join(', ');
    return { level: 'ok', text, fixes: [] };
  },
  fixes: {},
};
