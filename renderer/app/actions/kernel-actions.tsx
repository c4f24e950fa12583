import { showKernelBuild, showKernelsView } from '../../stores/kernels-store.js';
import { openDialog, showPlace } from '../../stores/ui-store.js';
import { CheckIcon, ClockIcon, CpuIcon, PlayIcon } from '../../ui/icons.js';
import type { ActionDefinition } from './action.js';

/** The place of kernels, and what can be done there whatever is shown. */
export const kernelActions: readonly ActionDefinition[] = [
  {
    scope: 'everywhere',
    id: 'kernels',
    icon: <CpuIcon />,
    words: 'place versions config seccomp nommu',
    title: () => 'Kernels',
    run: () => showPlace({ kind: 'kernels' }),
  },
  {
    scope: 'everywhere',
    id: 'benchmarks',
    icon: <ClockIcon />,
    words: 'measure system calls getpid native speed figures kernels',
    title: () => 'Benchmarks of kernels',
    run: () => {
      showKernelsView('benchmarks');
      showPlace({ kind: 'kernels' });
    },
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
  {
    scope: 'everywhere',
    id: 'run-tests',
    icon: <PlayIcon />,
    words: 'kunit ktap kselftest ltp suite case kernel',
    title: () => 'Run tests…',
    run: () => openDialog({ kind: 'run-tests' }),
  },
  {
    scope: 'everywhere',
    id: 'test-runs',
    icon: <CheckIcon />,
    words: 'kunit ktap kselftest ltp results compare kernel',
    title: () => 'Tests of kernels',
    run: () => {
      showKernelsView('tests');
      showPlace({ kind: 'kernels' });
    },
  },
];
