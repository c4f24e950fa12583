import type { kernelCalls } from '@shared/api/kernel-calls.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about kernels with their services. No logic of its own. */
export function kernelHandlers({
  kernels,
  gets,
  kernelBuilds,
}: Services): Pick<Handlers, keyof typeof kernelCalls> {
  return {
    'kernels.refresh': () => kernels.refresh(),
    'kernels.probe': async ({ path }) => ({ kernel: await kernels.probe(path) }),
    'kernels.config': async ({ path }) => ({ text: await kernels.config(path) }),
    'kernels.get': (wish) => ({ jobId: gets.debian(wish) }),
    'kernels.add': async ({ path }) => ({ path: await gets.file(path) }),
    'kernels.planBuild': (wish) => kernelBuilds.plan(wish),
    'kernels.build': async (wish) => ({ jobId: await kernelBuilds.build(wish) }),
    'kernels.planAgain': ({ path }) => kernelBuilds.planAgain(path),
    'kernels.buildAgain': async ({ path, boot }) => ({ jobId: await kernelBuilds.again(path, boot) }),
    'kernels.sources': async () => ({ sources: await kernelBuilds.sources() }),
    'kernels.removeSource': ({ suite }) => kernelBuilds.removeSource(suite),
    'kernels.remove': ({ path }) => kernelBuilds.remove(path),
  };
}
