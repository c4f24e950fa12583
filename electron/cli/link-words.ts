import { failure } from '@shared/errors/paddock-error.js';
import type { LinkEnd } from '@shared/networks/capture.js';
import type { NetworkView } from '@shared/networks/network.js';
import type { Session } from './session.js';
import { UsageError } from './usage.js';

/** A network by its name or id. */
export function networkOf({ state }: Session, word: string): NetworkView {
  const all = Object.values(state.networks);
  const found = all.find(({ name }) => name === word) ?? all.find(({ id }) => id === word);
  if (!found) throw failure('network-unknown', { name: word });
  return found;
}

/** A link by the words NETWORK and MACHINE or MACHINE:UNIT. A machine with one card on it needs no number. */
export function linkEndOf(session: Session, networkWord: string, linkWord: string): LinkEnd {
  const network = networkOf(session, networkWord);
  const [, name = linkWord, unit] = /^(.*):(\d{1,2})$/.exec(linkWord) ?? [];
  const vm = session.vm(name);
  const ends = network.ends.filter(
    (end) => end.vmId === vm.id && (unit === undefined || end.unit === Number(unit)),
  );
  const [end, ...more] = ends;
  if (!end) throw failure('link-unknown', { network: network.name });
  if (more.length > 0)
    throw new UsageError(
      `${name} has several cards on ${network.name}; say which, such as ${name}:${end.unit}`,
    );
  return { networkId: network.id, vmId: end.vmId, unit: end.unit };
}
