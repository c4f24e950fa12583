import { shellText } from '@shared/vms/command-line.js';
import type { KernelService } from '../kernels/kernel-service.js';
import type { StateStore } from '../state-store.js';
import { byCommand, type Check } from './diagnostics.js';

/** A UML kernel is there and runs: each was asked for its version. */
export const kernelCheck = (kernels: KernelService, store: StateStore): Check => ({
  id: 'kernel',
  title: 'UML kernel',
  applies: () => true,
  check: async () => {
    const refused = kernels.refused.map(({ path, why }) => `${path} doesn’t run: ${why}`);
    const found = Object.values(store.state.kernels);
    if (found.length === 0) {
      const locked = kernels.refused.find(({ why }) => why.includes('chmod +x'));
      return {
        level: 'error',
        text: [...refused, 'none was found that runs, and nothing works without one'].join('; '),
        fixes: [
          ...byCommand(
            'Let it be executed, as root',
            locked ? shellText(['chmod', '+x', locked.path]) : null,
            'chmod',
          ),
          ...byCommand('Install Debian’s, as root', 'apt install user-mode-linux'),
        ],
      };
    }
    const newest = await kernels.newest();
    const others = found.filter(({ path }) => path !== newest.path);
    const named = [newest, ...others].map(({ path, version }) => `${path} ${version}`);
    return { level: 'ok', text: [named.join(', '), ...refused].join('; '), fixes: [] };
  },
  fixes: {},
});
