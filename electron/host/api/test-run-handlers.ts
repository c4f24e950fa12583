import type { testRunCalls } from '@shared/api/test-run-calls.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about runs of tests with their service. No logic of its own. */
export function testRunHandlers({ testRuns }: Services): Pick<Handlers, keyof typeof testRunCalls> {
  return {
    'testRuns.start': ({ spec }) => testRuns.start(spec),
    'testRuns.again': ({ id, failedOnly }) => testRuns.again(id, failedOnly),
    'testRuns.read': async ({ id }) => ({ results: await testRuns.read(id) }),
    'testRuns.lines': async ({ id, from, count }) => ({ lines: await testRuns.lines(id, from, count) }),
    'testRuns.compare': ({ before, after }) => testRuns.compare(before, after),
    'testRuns.save': ({ id, form, path }) => testRuns.save(id, form, path),
    'testRuns.remove': ({ id }) => testRuns.remove(id),
  };
}
