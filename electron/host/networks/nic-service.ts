import { failure } from '@shared/errors/paddock-error.js';
import { forwardText, type Forward } from '@shared/networks/forward.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { chooseTransport, type Effect } from '@shared/networks/nic-choice.js';
import { networkPrograms, whyWithout, type NetworkFacts } from '@shared/networks/network-facts.js';
import { tapName } from '@shared/networks/namespace-plan.js';
import type { LiveNetwork } from './network-record.js';
import type { Link, NetworkId, Nic } from '@shared/networks/nic.js';
import { deviceName, nicWord, type TransportName } from '@shared/networks/transports/index.js';
import { slirpLocator } from '@shared/networks/vde-plan.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import type { FdEvents } from '../platform/fd-events.js';
import { checkTransport } from './nic-checks.js';
import { checkTap, checkTapsApart } from './tap-checks.js';
import { whyNotListen } from './free-ports.js';
import { CardHelpers } from './card-helpers.js';
import { leadsTo, type NetworkService } from './network-service.js';
import type { Attachment } from './network-record.js';
import { vdeFolder } from './vde-switch.js';

/** What a start needs for its network cards. */
export interface PluggedNics {
  /** The kernel's arguments. */
  words: string[];
  /** Words before its argv: it runs in the networks' namespace. */
  under: string[];
  /** Its kernel starts programs for its cards. */
  needsHelpers: boolean;
}

type SwitchLink = Extract<Link, { kind: 'network' }>;
type InternetLink = Extract<Link, { kind: 'internet' }>;

/** Leads the network cards of machines to where they are to go, and takes them away again. */
export class NicService {
  /** Ends what depends on a card’s link before it goes, or with null on all of a machine’s; by whoever knows (main.ts). */
  beforeUnplug: (id: VmId, unit: number | null) => Promise<void> = () => Promise.resolve();

  private readonly helpers: CardHelpers;

  constructor(
    private readonly networks: NetworkService,
    folder: string,
    events: FdEvents,
  ) {
    this.helpers = new CardHelpers(networks, folder, events);
  }

  /** The arguments of a machine's cards as they would be now, for people to read; ports and taps are settled at the start. */
  words(spec: VmSpec, kernel: Pick<Kernel, 'transports' | 'version'>): string[] {
    return spec.nics.flatMap((nic) => {
      const { link, unit, mac } = nic;
      if (link.kind === 'none') return [];
      if (link.kind === 'transport') return [nicWord(link.transport, unit, link.options, mac)];
      const choice = chooseTransport(this.likelyEffect(link), kernel);
      return choice.ok
        ? [nicWord(choice.transport, unit, this.optionsFor(spec.id, nic, choice.transport, null), mac)]
        : [];
    });
  }

  private likelyEffect(link: Extract<Link, { kind: 'internet' | 'network' | 'tap' }>): Effect {
    if (link.kind !== 'network') return link.kind;
    const network = this.networks.specs.get(link.networkId);
    return network?.kind === 'cable' ? 'cable' : (network?.carrier ?? 'namespace');
  }

  /** Everything that is known to keep its cards from being plugged in. Throws Failure: nic-*, forward-refused. */
  async check(spec: VmSpec, kernel: Kernel): Promise<void> {
    const facts = await this.networks.facts(true);
    checkTapsApart(spec, this.networks.machines(), new Set(Object.keys(this.networks.live.record.machines)));
    for (const nic of spec.nics) await this.checkNic(spec, nic, kernel, facts);
  }

  /** Plugs in the cards of a machine that is about to start. Throws Failure, and nothing of it is left. */
  plug(spec: VmSpec, kernel: Kernel): Promise<PluggedNics> {
    return this.networks.live.exclusively(() => this.plugNow(spec, kernel));
  }

  private async plugNow(spec: VmSpec, kernel: Kernel): Promise<PluggedNics> {
    await this.unplugNow(spec.id);
    const cards: Attachment[] = [];
    const words: string[] = [];
    const { live } = this.networks;
    const isInNamespace =
      spec.nics.some(({ link }) => link.kind === 'network') && (await this.canHaveNamespace());
    live.record.machines[spec.id] = cards;
    try {
      for (const nic of spec.nics) {
        const plugged = await this.plugOne(spec, nic, kernel, cards, isInNamespace);
        if (plugged !== null) words.push(plugged);
      }
      await live.save();
      for (const { networkId } of cards) if (networkId) await this.settle(networkId);
      const isIn = cards.some(({ tap, side }) => tap !== null || side !== null) && live.namespace.isUp;
      return {
        words,
        under: isIn ? live.namespace.words : [],
        needsHelpers: cards.some(({ transport }) => transport.endsWith('vde') || transport === 'slirp'),
      };
    } catch (error) {
      await this.unplugNow(spec.id);
      throw error;
    }
  }

  /** Brings the forwards of a card of a machine that runs to what they should be. Throws Failure forward-refused. */
  async changeForwards(id: VmId, card: Attachment, link: Link): Promise<void> {
    if (link.kind === 'network' && card.tap !== null) await this.changeEntries(card, link.forwards);
    if (link.kind === 'internet' && card.helpers.length > 0) await this.changeSlirp(id, card, link);
  }

  /** Forwards by way of the namespace: only those that differ are touched. */
  private async changeEntries(card: Attachment, wanted: readonly Forward[]): Promise<void> {
    const { live } = this.networks;
    const texts = wanted.map(forwardText);
    const gone = card.forwards.filter(({ forward }) => !texts.includes(forwardText(forward)));
    const there = new Set(card.forwards.map(({ forward }) => forwardText(forward)));
    const fresh = wanted.filter((forward) => !there.has(forwardText(forward)));
    if (gone.length + fresh.length === 0) return;
    for (const { slirpId } of gone) if (slirpId !== null) await live.namespace.removeForward(slirpId);
    card.forwards = card.forwards.filter((one) => !gone.includes(one));
    try {
      await this.openForwards(fresh, card);
    } finally {
      await live.applyRules();
    }
  }

  /** A way into the internet of one's own is begun anew with other forwards; connections that went by it are lost. */
  private async changeSlirp(id: VmId, card: Attachment, link: InternetLink): Promise<void> {
    const before = card.forwards.map(({ forward }) => forwardText(forward));
    const now = link.forwards.map(forwardText);
    if (before.length === now.length && before.every((text) => now.includes(text))) return;
    for (const forward of link.forwards)
      if (!before.includes(forwardText(forward))) await checkForward(forward);
    await this.helpers.startSlirp(id, card, link);
  }

  /** The taps that were made for a running machine's cards. */
  tapsOf(id: VmId): { unit: number; tap: string }[] {
    return (this.networks.live.record.machines[id] ?? []).flatMap(({ unit, tap }) =>
      tap === null ? [] : [{ unit, tap }],
    );
  }

  /** Takes away what a machine that ended had. */
  async unplug(id: VmId): Promise<void> {
    // Most machines have no cards, and then there is nothing to wait for.
    if (this.networks.live.record.machines[id])
      await this.networks.live.exclusively(() => this.unplugNow(id));
  }

  private async unplugNow(id: VmId): Promise<void> {
    const { live } = this.networks;
    const cards = live.record.machines[id];
    if (!cards) return;
    await this.beforeUnplug(id, null);
    delete live.record.machines[id];
    for (const card of cards) await this.takeAway(id, card);
    for (const networkId of new Set(cards.flatMap(({ networkId: one }) => one ?? [])))
      await this.networks.downIfUnused(networkId);
    await live.endIfUnused();
    await live.save();
  }

  /** Takes away what was made for one card. */
  async takeAway(id: VmId, card: Attachment): Promise<void> {
    const { live } = this.networks;
    await this.closeForwards(card);
    await this.helpers.takeAway(id, card);
    if (card.tap !== null) await live.removeTap(card.tap);
  }

  /** Nobody comes in to a card any more. */
  async closeForwards(card: Attachment): Promise<void> {
    for (const { slirpId } of card.forwards.splice(0))
      if (slirpId !== null) await this.networks.live.namespace.removeForward(slirpId).catch(() => {});
  }

  /** Goes on where an earlier host ended: cards of machines that run no more are taken away, what runs is watched. */
  async goOn(running: ReadonlySet<VmId>): Promise<void> {
    for (const id of Object.keys(this.networks.live.record.machines) as VmId[])
      if (!running.has(id)) await this.unplug(id);
    const { live } = this.networks;
    await live.exclusively(async () => {
      this.helpers.goOn();
      await live.goOn();
    });
  }

  /** Makes what a card needs, adds it to the machine's, and says its argument; null for one that is not there. */
  async plugOne(
    spec: VmSpec,
    nic: Nic,
    kernel: Kernel,
    cards: Attachment[],
    isInNamespace: boolean,
  ): Promise<string | null> {
    const { link, unit, mac } = nic;
    if (link.kind === 'none') return null;
    const card = (transport: TransportName, more: Partial<Attachment> = {}): Attachment => ({
      unit,
      mac,
      transport,
      device: deviceName(transport, unit),
      networkId: null,
      tap: null,
      side: null,
      helpers: [],
      link,
      forwards: [],
      ...more,
    });
    if (link.kind === 'transport') {
      cards.push(card(link.transport));
      return nicWord(link.transport, unit, link.options, mac);
    }
    if (link.kind === 'network') {
      await this.networks.up(link.networkId);
      const live = this.networks.live.record.networks[link.networkId];
      if (!live) throw failure('network-unknown', { name: link.networkId });
      const transport = this.transport(spec, nic, live.carrier, kernel);
      const mine = card(transport, { networkId: link.networkId });
      if (live.carrier === 'namespace') mine.tap = tapName(spec.id, unit);
      if (live.carrier === 'cable') mine.side = this.freeSide(link.networkId, cards);
      cards.push(mine);
      if (mine.tap !== null) await this.networks.live.makeTap(mine.tap, link.networkId);
      if (live.carrier === 'namespace') await this.openForwards(link.forwards, mine);
      await this.networks.impairPlugged(link.networkId, spec.id, mine);
      const impairment = this.networks.impairmentOf(link.networkId, mac);
      if (live.carrier === 'vde' && impairment) {
        await this.helpers.startWire(spec.id, mine, impairment);
        return nicWord(transport, unit, this.vnl(transport, this.helpers.socketsOf(spec.id, mine)), mac);
      }
      return nicWord(transport, unit, this.optionsFor(spec.id, nic, transport, live), mac);
    }
    const transport = this.transport(spec, nic, link.kind, kernel);
    const mine = card(transport);
    cards.push(mine);
    if (link.kind === 'internet' && (link.forwards.length > 0 || isInNamespace)) {
      await this.helpers.startSlirp(spec.id, mine, link);
      return nicWord(transport, unit, this.vnl(transport, this.helpers.socketsOf(spec.id, mine)), mac);
    }
    return nicWord(transport, unit, this.optionsFor(spec.id, nic, transport, null), mac);
  }

  /** What a transport is told; `live` null: as far as it is known before the start. */
  private optionsFor(
    id: VmId,
    { link, unit }: Nic,
    transport: TransportName,
    live: LiveNetwork | null,
  ): Record<string, string> {
    if (link.kind === 'tap') return { ifname: link.ifname };
    if (link.kind === 'internet') return this.vnl(transport, slirpLocator([], link.reachesHost));
    if (link.kind !== 'network') return {};
    const { carrier = null, ports = null } = live ?? {};
    if (carrier === 'vde' || (carrier === null && transport.endsWith('vde')))
      return this.vnl(transport, vdeFolder(this.networks.live.folderOf(link.networkId)));
    if (transport === 'l2tpv3' || transport === 'ucast') {
      const [a, b] = ports ?? [40_000, 40_001];
      const side = this.networks.live.record.machines[id]?.find((card) => card.unit === unit)?.side ?? 0;
      const [mine, theirs] = side === 0 ? [a, b] : [b, a];
      const address = '127.0.0.1';
      return transport === 'ucast'
        ? { address, listen: String(mine), remote: String(theirs) }
        : {
            udp: '1',
            src: address,
            srcport: String(mine),
            dst: address,
            dstport: String(theirs),
            rx_session: side === 0 ? '1' : '2',
            tx_session: side === 0 ? '2' : '1',
          };
    }
    return { ifname: tapName(id, unit) };
  }

  /** A locator as each syntax wants it: the older one takes the path of a switch without its kind. */
  private vnl(transport: TransportName, locator: string): Record<string, string> {
    return { vnl: transport === 'vector-vde' && locator.startsWith('/') ? `vde://${locator}` : locator };
  }

  private transport(spec: VmSpec, { unit }: Nic, effect: Effect, kernel: Kernel): TransportName {
    const choice = chooseTransport(effect, kernel);
    if (choice.ok) return choice.transport;
    throw failure('nic-transport', { name: spec.name, device: `Network card ${unit}`, why: choice.why });
  }

  /** The end of a cable that nobody has. */
  private freeSide(id: NetworkId, mine: readonly Attachment[]): 0 | 1 {
    const others = Object.values(this.networks.live.record.machines).flatMap((cards) =>
      cards.filter((card) => card.networkId === id),
    );
    const taken = [...others, ...mine.filter(({ networkId }) => networkId === id)].map(({ side }) => side);
    if (!taken.includes(0)) return 0;
    if (!taken.includes(1)) return 1;
    throw this.cableFull(id);
  }

  /** Has ports of this computer lead to a card. */
  async openForwards(forwards: readonly Forward[], card: Attachment): Promise<void> {
    const { live } = this.networks;
    for (const forward of forwards) {
      const entryPort = live.freeEntryPort();
      const slirpId = await live.namespace.addForward(forward, entryPort);
      card.forwards.push({ forward, slirpId, entryPort });
    }
  }

  /** All machines of a network are known to it: their addresses, their names, and what is forwarded to them. */
  async settle(id: NetworkId): Promise<void> {
    await this.networks.giveAddresses(id);
    if (this.networks.live.record.networks[id]?.carrier === 'namespace')
      await this.networks.live.applyRules();
    this.networks.announce(id);
  }

  private async canHaveNamespace(): Promise<boolean> {
    return (await this.networks.facts()).namespaces === null;
  }

  /** All that is known to keep one card from being plugged in. Throws Failure. */
  async checkNic(spec: VmSpec, nic: Nic, kernel: Kernel, facts: NetworkFacts): Promise<void> {
    const { link } = nic;
    const device = `Network card ${nic.unit}`;
    const without = (programs: (keyof typeof networkPrograms)[]): void => {
      const why = whyWithout(facts, programs);
      if (why !== null) throw failure('nic-tool', { device, why });
    };
    switch (link.kind) {
      case 'none':
        return;
      case 'internet':
        this.transport(spec, nic, 'internet', kernel);
        without([
          'vde_plug',
          'libvdeplug_slirp.so',
          ...(link.forwards.length > 0 ? (['vde_switch'] as const) : []),
        ]);
        break;
      case 'network':
        this.checkNetwork(spec, link, facts);
        break;
      case 'tap':
        this.transport(spec, nic, 'tap', kernel);
        await checkTap(link.ifname);
        break;
      case 'transport':
        if (kernel.transports !== null && !kernel.transports.includes(link.transport))
          throw failure('nic-transport', {
            name: spec.name,
            device,
            why: `kernel ${kernel.version} has no ${link.transport}`,
          });
        await checkTransport(link, kernel);
        break;
    }
    if (link.kind !== 'internet' && link.kind !== 'network') return;
    for (const forward of link.forwards) await checkForward(forward);
  }

  /** A network that can't be had, or has no place for one more, before anything was begun. */
  private checkNetwork(spec: VmSpec, { networkId, forwards }: SwitchLink, facts: NetworkFacts): void {
    const network = this.networks.get(networkId);
    const { record } = this.networks.live;
    const why = spec.nics.some(
      (nic) => leadsTo(nic, networkId) && this.networks.impairmentOf(networkId, nic.mac),
    )
      ? this.networks.whyNotImpaired(network, facts)
      : null;
    if (why !== null) throw failure('nic-tool', { device: `A worse link to ${network.name}`, why });
    if (network.kind === 'cable') {
      const others = Object.entries(record.machines).flatMap(([id, cards]) =>
        id === spec.id ? [] : cards.filter((card) => card.networkId === networkId),
      );
      const mine = spec.nics.filter((nic) => leadsTo(nic, networkId));
      if (others.length + mine.length > 2) throw this.cableFull(networkId);
      return;
    }
    const carrier = record.networks[networkId]?.carrier ?? this.networks.carrierOf(network, facts);
    if (carrier === 'vde' && forwards.length > 0)
      throw failure('nic-transport', {
        name: spec.name,
        device: `The forwards on ${network.name}`,
        why: 'a VDE switch has none; a card that leads to the internet alone has',
      });
    const tap = spec.nics.find(({ link }) => link.kind === 'tap')?.link;
    if (carrier === 'namespace' && tap?.kind === 'tap')
      throw failure('nic-mixed', { name: spec.name, ifname: tap.ifname });
  }

  private cableFull(id: NetworkId): Error {
    return failure('network-cable-full', {
      name: this.networks.get(id).name,
      machines: this.networks.runningOn(id).join(' and '),
    });
  }
}

/** A port of this computer that can be had. Throws Failure forward-refused. */
async function checkForward(forward: Forward): Promise<void> {
  const why = await whyNotListen(forward);
  if (why !== null)
    throw failure('forward-refused', { address: forward.hostAddress, port: forward.hostPort, why });
}
