import type { KernelService } from '../kernels/kernel-service.js';
import type { StateStore } from '../state-store.js';
import type { Check } from './diagnostics.js';

/** A UML kernel is there and runs. */
export const checkKernels = (kernels: KernelService, store: StateStore): Check => ({
  id: 'kernel',
  title: 'UML kernel',
  look: async () => {
    const found = Object.values(store.state.kernels);
    if (found.length === 0)
      return {
        level: 'error',
        text: 'none was found, and nothing runs without one',
        fixCommand: 'apt install user-mode-linux',
      };
    const newest = await kernels.newest();
    const more = found.length === 1 ? '' : `, and ${found.length - 1} more`;
    return { level: 'ok', text: `${newest.path} ${newest.version}${more}`, fixCommand: null };
  },
});
