import type { linkCalls } from '@shared/api/link-calls.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about links with their services. No logic of its own. */
export function linkHandlers({
  captures,
  networks,
  measures,
}: Services): Pick<Handlers, keyof typeof linkCalls> {
  return {
    'links.measure': ({ from, to }) => ({
      jobId: measures.start(from, { ...to, networkId: from.networkId }),
    }),
    'links.impair': async ({ impairment, ...end }) => ({ now: await networks.impair(end, impairment) }),
    'captures.start': async ({ limits, ...end }) => ({ id: await captures.start(end, limits) }),
    'captures.stop': ({ id }) => captures.stop(id),
    'captures.delete': ({ id }) => captures.delete(id),
    'captures.read': ({ id, lines }) => captures.read(id, lines),
    'captures.save': ({ id, path }) => captures.export(id, path),
    'captures.open': ({ id }) => captures.open(id),
  };
}
