import type { networkCalls } from '@shared/api/network-calls.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about networks with their service. No logic of its own. */
export function networkHandlers({
  networks,
  hostSetups,
}: Services): Pick<Handlers, keyof typeof networkCalls> {
  return {
    'networks.create': async (input) => ({ id: await networks.create(input) }),
    'networks.configure': ({ id, changes }) => networks.configure(id, changes),
    'networks.delete': ({ id }) => networks.delete(id),
    'networks.facts': () => networks.facts(true),
    'hostSetups.plan': ({ setup }) => hostSetups.plan(setup),
    'hostSetups.run': ({ setup }) => hostSetups.run(setup),
    'hostSetups.undo': ({ name }) => hostSetups.undo(name),
    'hostSetups.list': () => hostSetups.list(),
  };
}
