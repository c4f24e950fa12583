import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { chooseTransport, type Effect } from '@shared/networks/nic-choice.js';
import type { NetworkView } from '@shared/networks/network.js';
import { freeNicUnit, type Link } from '@shared/networks/nic.js';
import { transports } from '@shared/networks/transports/index.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { makeNetwork } from '../../stores/make-network.js';

/**
 * Where the card of a new machine leads: `none`, `internet`, `private` and `shared` (a network that is made for it), `tap`,
 * `cable:` and the id of a machine, or the id of a network.
 */
export type NetworkChoice = string;

const CABLE = 'cable:';

/** What can be chosen: by what it does. */
export function networkChoices(
  networks: Readonly<Record<string, NetworkView>>,
  vms: Readonly<Record<string, VmView>>,
): { value: NetworkChoice; title: string; text: string; reason?: string | null }[] {
  const made = Object.values(networks).sort((a, b) => a.name.localeCompare(b.name));
  const others = Object.values(vms)
    .filter(({ taken }) => !taken)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return [
    { value: 'none', title: 'None', text: 'no network card' },
    { value: 'internet', title: 'Internet', text: 'alone, by way of this computer' },
    ...made
      .filter(({ kind, ends }) => kind === 'switch' || ends.length < 2)
      .map((network) => ({
        value: network.id,
        title: network.kind === 'cable' ? `The cable ${network.name}` : `With the others on ${network.name}`,
        text: network.kind === 'switch' && network.internet ? 'and the internet' : '',
      })),
    { value: 'private', title: 'A new private network', text: 'for other machines to join' },
    { value: 'shared', title: 'A new network with internet', text: 'for other machines to join' },
    { value: 'tap', title: 'This computer', text: 'by a tap, set up on its Network tab' },
    ...others.map(({ id, name, nics }) => ({
      value: `${CABLE}${id}`,
      title: `A cable to ${name}`,
      text: 'nothing else on it',
      reason: freeNicUnit(nics) === null ? `${name} has no room for one more card.` : null,
    })),
  ];
}

/** How it would be done with a kernel, in a sentence. */
export function networkHint(
  choice: NetworkChoice,
  kernel: Kernel | null,
  network: NetworkView | undefined,
): string {
  const effect = effectOf(choice, network);
  if (effect === null || kernel === null) return '';
  const found = chooseTransport(effect, kernel);
  if (!found.ok) return `It can’t be done: ${found.why}.`;
  const { title, measured } = transports[found.transport];
  return `By ${title}: ${measured}. The exact argument is on its Network tab.`;
}

function effectOf(choice: NetworkChoice, network: NetworkView | undefined): Effect | null {
  if (choice === 'none') return null;
  if (choice === 'internet' || choice === 'tap') return choice;
  if (choice.startsWith(CABLE) || network?.kind === 'cable') return 'cable';
  return network?.carrier && network.carrier !== 'cable'
    ? network.carrier
    : (network?.wantedCarrier ?? 'namespace');
}

/** What is made before a machine, and done once it is there. */
export type PreparedNetwork =
  | { ok: true; link: Link | null; finish: () => Promise<PaddockError | null>; undo: () => Promise<void> }
  | { ok: false; error: PaddockError };

const done = (): Promise<null> => Promise.resolve(null);
const nothing = (): Promise<void> => Promise.resolve();

/** Makes the network that a new machine is to be on, if it isn't there. */
export async function prepareNetwork(
  choice: NetworkChoice,
  machineName: string,
  vms: Readonly<Record<string, VmView>>,
): Promise<PreparedNetwork> {
  const link = (networkId: string): Link => ({ kind: 'network', networkId, forwards: [] });
  if (choice === 'none') return { ok: true, link: null, finish: done, undo: nothing };
  if (choice === 'internet')
    return {
      ok: true,
      link: { kind: 'internet', reachesHost: false, forwards: [] },
      finish: done,
      undo: nothing,
    };
  if (choice === 'tap')
    return { ok: true, link: { kind: 'tap', ifname: 'tap0' }, finish: done, undo: nothing };
  const other = choice.startsWith(CABLE) ? vms[choice.slice(CABLE.length)] : undefined;
  if (!other && choice !== 'private' && choice !== 'shared')
    return { ok: true, link: link(choice), finish: done, undo: nothing };
  const made = await makeNetwork(other ? `${machineName}–${other.name}` : `${machineName} net`, {
    kind: other ? 'cable' : 'switch',
    internet: choice === 'shared',
  });
  if (!made.ok) return { ok: false, error: made.error };
  const { id } = made.value;
  const finish = async (): Promise<PaddockError | null> => {
    const unit = other && freeNicUnit(other.nics);
    if (!other || unit == null) return null;
    const outcome = await callHost('vms.configure', {
      id: other.id,
      changes: { nics: [...other.nics, { unit, link: link(id) }] },
    });
    return outcome.ok ? null : outcome.error;
  };
  return {
    ok: true,
    link: link(id),
    finish,
    undo: () => callHost('networks.delete', { id }).then(() => undefined),
  };
}
