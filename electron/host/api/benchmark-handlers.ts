import type { benchmarkCalls } from '@shared/api/benchmark-calls.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about benchmarks with their service. No logic of its own. */
export function benchmarkHandlers({ benchmarks }: Services): Pick<Handlers, keyof typeof benchmarkCalls> {
  return {
    'benchmarks.start': (plan) => benchmarks.start(plan),
    'benchmarks.read': ({ id }) => benchmarks.read(id),
    'benchmarks.delete': ({ id }) => benchmarks.delete(id),
  };
}
