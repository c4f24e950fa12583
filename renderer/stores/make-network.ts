import type { Outcome } from '@shared/api/client.js';
import { freeNetworkName, type NetworkView } from '@shared/networks/network.js';
import { callHost } from './connection-store.js';
import { hostStore } from './host-store.js';

/** Makes a network of which nobody said more than what it is for; its name gets a number when another has it. */
export function makeNetwork(
  name: string,
  { kind, internet }: Pick<NetworkView, 'kind' | 'internet'>,
): Promise<Outcome<{ id: string }>> {
  return callHost('networks.create', {
    // Room for the number.
    name: freeNetworkName(name.slice(0, 36), Object.values(hostStore.getState().state.networks)),
    kind,
    internet,
    reachesHost: false,
    subnet: null,
    carrier: null,
  });
}
