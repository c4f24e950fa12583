import type { Built } from '@shared/kernels/build-wish.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { isNommu } from '@shared/kernels/nommu.js';

/** Where a kernel came from, in a few words. */
export function originText({ library, path }: Pick<Kernel, 'library' | 'path'>): string {
  if (library === null) return path;
  switch (library.how.kind) {
    case 'debian':
      return `Debian ${library.how.suite}, ${library.how.packageVersion}`;
    case 'built':
      return `built here, ${library.title}`;
    case 'file':
      return path;
  }
}

/** What a kernel was built of. */
export function sourceText({ source, sourceVersion }: Built): string {
  return source.kind === 'debian'
    ? `Debian’s sources of ${source.suite}, ${sourceVersion}`
    : `${source.path} (${sourceVersion})`;
}

/** What sets a kernel apart from most, as short words. */
export function kernelMarks(kernel: Kernel): string[] {
  const { answers } = kernel;
  return [
    ...(isNommu(kernel) ? ['no MMU'] : []),
    ...(answers.seccomp === 'yes' ? ['seccomp'] : []),
    ...(answers.smp === 'yes' ? ['SMP'] : []),
    ...(answers['time-travel'] === 'yes' ? ['time travel'] : []),
    ...(answers.kasan === 'yes' ? ['KASAN'] : []),
    ...(answers.kunit === 'yes' ? ['KUnit'] : []),
    ...(kernel.hasDebugInfo ? ['debug info'] : []),
  ];
}

/** "3 kernels, newest 7.2.7" */
export function kernelsSummary(newestFirst: readonly Kernel[]): string {
  const [newest] = newestFirst;
  if (!newest) return 'none found';
  return newestFirst.length === 1 ? newest.version : `${newestFirst.length}, newest ${newest.version}`;
}
