import type { debugCalls } from '@shared/api/debug-calls.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about debugging with their services. No logic of its own. */
export function debugHandlers({ debug, symbols }: Services): Pick<Handlers, keyof typeof debugCalls> {
  return {
    'debug.start': ({ id, tool, filter }) => debug.start(id, tool, filter),
    'debug.close': ({ id, tool }) => debug.close(id, tool),
    'debug.reports': async ({ id }) => ({ reports: await debug.reports(id) }),
    'debug.symbols': ({ kernelPath }) => symbols.of(kernelPath),
    'debug.setSymbols': ({ kernelPath, path, trustScripts }) => symbols.set(kernelPath, path, trustScripts),
    'debug.lines': ({ kernelPath, addresses }) => symbols.lines(kernelPath, addresses),
  };
}
