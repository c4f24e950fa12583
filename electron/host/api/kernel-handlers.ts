import type { kernelCalls } from '@shared/api/kernel-calls.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about kernels with their services. No logic of its own. */
export function kernelHandlers({ kernels, gets }: Services): Pick<Handlers, keyof typeof kernelCalls> {
  return {
    'kernels.refresh': () => kernels.refresh(),
    'kernels.probe': async ({ path }) => ({ kernel: await kernels.probe(path) }),
    'kernels.config': async ({ path }) => ({ text: await kernels.config(path) }),
    'kernels.get': (wish) => ({ jobId: gets.debian(wish) }),
    'kernels.add': async ({ path }) => ({ path: await gets.file(path) }),
    'kernels.remove': ({ path }) => kernels.remove(path),
  };
}
