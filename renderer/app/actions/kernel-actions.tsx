import { showKernelBuild } from '../../stores/kernels-store.js';
import { openDialog, showPlace } from '../../stores/ui-store.js';
import { CpuIcon } from '../../ui/icons.js';
import type { ActionDefinition } from './action.js';

/** The place of kernels, and what can be done there whatever is shown. */
export const kernelActions: readonly ActionDefinition[] = [
  {
    scope: 'everywhere',
    id: 'kernels',
    icon: <CpuIcon />,
    chord: { code: 'KeyU' },
    words: 'place versions config seccomp nommu',
    title: () => 'Kernels',
    run: () => showPlace({ kind: 'kernels' }),
  },
  {
    scope: 'everywhere',
    id: 'get-kernel',
    icon: <CpuIcon />,
    words: 'debian fetch download bookworm trixie sid add file',
    title: () => 'Get a kernel…',
    run: () => openDialog({ kind: 'get-kernel', acceptsStale: false }),
  },
  {
    scope: 'everywhere',
    id: 'build-kernel',
    icon: <CpuIcon />,
    words: 'compile make source tree linux-source defconfig fragment kunit kasan',
    title: () => 'Build a kernel…',
    run: () => {
      showPlace({ kind: 'kernels' });
      showKernelBuild(true);
    },
  },
];
