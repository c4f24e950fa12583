import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { DiagramLink, DiagramNode } from '@shared/networks/diagram.js';
import type { NetworkView } from '@shared/networks/network.js';
import { freeNicUnit, type Link, type Nic, type WantedNic } from '@shared/networks/nic.js';
import { callHost } from '../../../stores/connection-store.js';
import { hostStore } from '../../../stores/host-store.js';
import { makeNetwork } from '../../../stores/make-network.js';
import type { Deed } from './history.js';

/** What leads from one node to another, as something to be done; or why that can't be. */
export type Connection = { ok: true; deed: Deed } | { ok: false; why: string };

/** A wire from one thing to another. */
export function connection(from: DiagramNode, to: DiagramNode): Connection {
  if (from.id === to.id) return no('Both ends are at the same thing.');
  if (from.kind === 'machine' && to.kind === 'machine') return cableBetween(from, to);
  if (from.kind === 'machine') return plugInto(from, to);
  if (to.kind === 'machine') return plugInto(to, from);
  const [network, other] = from.kind === 'network' ? [from, to] : [to, from];
  if (network.kind === 'network' && other.kind === 'internet') return wayOut(network);
  return no('A machine has to be at one end.');
}

/** Leads a wire's far end to another thing; of a cable nothing but its ends can be led. */
export function relead(link: DiagramLink, to: DiagramNode): Connection {
  const [plug] = link.plugs;
  if (!plug || link.plugs.length !== 1) return no('Unplug it, and draw another one.');
  const target = linkTo(to);
  if (typeof target === 'string') return no(target);
  const { vmId, unit } = plug;
  const before = nicOf(vmId, unit)?.link;
  if (!before) return no('That card is gone.');
  return {
    ok: true,
    deed: {
      title: `Lead card ${unit} of ${machineName(vmId)} to ${to.name}`,
      run: () => setLink(vmId, unit, withForwards(target, before)),
      undo: () => setLink(vmId, unit, before),
    },
  };
}

/** Takes a wire away; the cards stay, unplugged. */
export function disconnection({
  id,
  plugs,
  networkId,
}: Pick<DiagramLink, 'id' | 'plugs' | 'networkId'>): Connection {
  if (plugs.length === 0) {
    if (networkId === null) return no('It can’t be taken away.');
    // Without a way out nobody reaches this computer; taken back, that is as it was, too.
    const reachesHost = hostStore.getState().state.networks[networkId]?.reachesHost ?? false;
    return {
      ok: true,
      deed: {
        title: `Take the internet from ${networkName(networkId)}`,
        run: () => configure(networkId, { internet: false, reachesHost: false }),
        undo: () => configure(networkId, { internet: true, reachesHost }),
      },
    };
  }
  const before = plugs.map((plug) => ({ ...plug, link: nicOf(plug.vmId, plug.unit)?.link }));
  const names = plugs.map(({ vmId, unit }) => `card ${unit} of ${machineName(vmId)}`);
  return {
    ok: true,
    deed: {
      title: `Unplug ${id.startsWith('cable:') ? networkName(networkId ?? '') : names.join(' and ')}`,
      run: () =>
        inTurn(
          plugs.map(
            ({ vmId, unit }) =>
              () =>
                setLink(vmId, unit, { kind: 'none' }),
          ),
        ),
      undo: () =>
        inTurn(
          before.map(
            ({ vmId, unit, link }) =>
              () =>
                link ? setLink(vmId, unit, link) : Promise.resolve(null),
          ),
        ),
    },
  };
}

function plugInto(machine: Extract<DiagramNode, { kind: 'machine' }>, to: DiagramNode): Connection {
  const link = linkTo(to);
  if (typeof link === 'string') return no(link);
  const card = cardFor(machine.vmId);
  if (card === null) return no(`${machine.name} has no room for one more card.`);
  return {
    ok: true,
    deed: {
      title: `Plug ${machine.name} into ${to.name}`,
      run: () => setLink(machine.vmId, card.unit, link),
      undo: () => setLink(machine.vmId, card.unit, card.before),
    },
  };
}

function cableBetween(
  one: Extract<DiagramNode, { kind: 'machine' }>,
  other: Extract<DiagramNode, { kind: 'machine' }>,
): Connection {
  const cards = [one, other].map(({ vmId, name }) => ({ vmId, name, card: cardFor(vmId) }));
  const full = cards.find(({ card }) => card === null);
  if (full) return no(`${full.name} has no room for one more card.`);
  let networkId = '';
  return {
    ok: true,
    deed: {
      title: `Cable from ${one.name} to ${other.name}`,
      run: async () => {
        const made = await makeNetwork(`${one.name}–${other.name}`, { kind: 'cable', internet: false });
        if (!made.ok) return made.error;
        networkId = made.value.id;
        return inTurn(
          cards.map(
            ({ vmId, card }) =>
              () =>
                setLink(vmId, card?.unit ?? 0, { kind: 'network', networkId, forwards: [] }),
          ),
        );
      },
      undo: async () => {
        const error = await inTurn(
          cards.map(
            ({ vmId, card }) =>
              () =>
                setLink(vmId, card?.unit ?? 0, card?.before ?? null),
          ),
        );
        if (error) return error;
        const gone = await callHost('networks.delete', { id: networkId });
        return gone.ok ? null : gone.error;
      },
    },
  };
}

function wayOut({ networkId, name, shape }: Extract<DiagramNode, { kind: 'network' }>): Connection {
  if (shape === 'cable') return no('A cable has no way out; a switch has.');
  if (hostStore.getState().state.networks[networkId]?.internet) return no(`${name} has it already.`);
  return {
    ok: true,
    deed: {
      title: `Internet for ${name}`,
      run: () => configure(networkId, { internet: true }),
      undo: () => configure(networkId, { internet: false, reachesHost: false }),
    },
  };
}

/** Where a card is led when its wire ends at this; or why it can't. */
function linkTo(to: DiagramNode): Link | string {
  switch (to.kind) {
    case 'internet':
      return { kind: 'internet', reachesHost: false, forwards: [] };
    case 'network': {
      const network = hostStore.getState().state.networks[to.networkId];
      if (network?.kind === 'cable' && network.ends.length >= 2) return `Both ends of ${to.name} are taken.`;
      return { kind: 'network', networkId: to.networkId, forwards: [] };
    }
    case 'outside':
      return to.id.startsWith('if:')
        ? { kind: 'tap', ifname: to.id.slice('if:'.length) }
        : 'Its other end is set on the machine’s Network tab.';
    case 'machine':
      return 'Draw a new cable instead.';
  }
}

/** Forwards go along to where there can be some. */
function withForwards(link: Link, before: Link): Link {
  return 'forwards' in link && 'forwards' in before ? { ...link, forwards: before.forwards } : link;
}

/** The first card that is unplugged, or a new one; null when there is no room. */
function cardFor(vmId: string): { unit: number; before: Link | null } | null {
  const nics = nicsOf(vmId);
  const idle = nics.find(({ link }) => link.kind === 'none');
  if (idle) return { unit: idle.unit, before: idle.link };
  const unit = freeNicUnit(nics);
  return unit === null ? null : { unit, before: null };
}

/** Leads a card somewhere; with null it is taken out. One that isn't there is put in. */
async function setLink(vmId: string, unit: number, link: Link | null): Promise<PaddockError | null> {
  const nics: readonly Nic[] = nicsOf(vmId);
  const others = nics.filter((nic) => nic.unit !== unit);
  const card: WantedNic | null =
    link === null ? null : { ...(nics.find((nic) => nic.unit === unit) ?? { unit }), link };
  const wanted: WantedNic[] = card === null ? others : [...others, card].sort((a, b) => a.unit - b.unit);
  const outcome = await callHost('vms.configure', { id: vmId, changes: { nics: wanted } });
  return outcome.ok ? null : outcome.error;
}

async function configure(
  id: string,
  changes: Partial<Pick<NetworkView, 'internet' | 'reachesHost'>>,
): Promise<PaddockError | null> {
  const outcome = await callHost('networks.configure', { id, changes });
  return outcome.ok ? null : outcome.error;
}

/** One after the other, up to the first that fails. */
async function inTurn(steps: readonly (() => Promise<PaddockError | null>)[]): Promise<PaddockError | null> {
  for (const run of steps) {
    const error = await run();
    if (error) return error;
  }
  return null;
}

const nicsOf = (vmId: string): readonly Nic[] => hostStore.getState().state.vms[vmId]?.nics ?? [];
const nicOf = (vmId: string, unit: number): Nic | undefined => nicsOf(vmId).find((nic) => nic.unit === unit);
const machineName = (vmId: string): string => hostStore.getState().state.vms[vmId]?.name ?? vmId;
const networkName = (id: string): string => hostStore.getState().state.networks[id]?.name ?? id;
const no = (why: string): Connection => ({ ok: false, why });
