import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Failure, failure, type PaddockError } from '@shared/errors/paddock-error.js';
import { freeSubnet, gatewayOf, withAddresses } from '@shared/networks/addresses.js';
import type { LinkEnd } from '@shared/networks/capture.js';
import { carrierWords, chooseCarrier } from '@shared/networks/carrier-choice.js';
import { unimpaired, whyNotImpaired, type Impairment } from '@shared/networks/impairment.js';
import { overlap, parseSubnet, subnetOf, subnetText } from '@shared/networks/ipv4.js';
import { withMeasurement, type Measurement } from '@shared/networks/measurement.js';
import { UPLINK } from '@shared/networks/namespace-plan.js';
import type { NetworkFacts } from '@shared/networks/network-facts.js';
import {
  impairmentKey,
  networkSpecSchema,
  type Carrier,
  type NetworkEnd,
  type NetworkSpec,
  type NetworkView,
  type SwitchSpec,
} from '@shared/networks/network.js';
import { networkIdSchema, type NetworkId, type Nic } from '@shared/networks/nic.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';
import { hostRanges } from './host-interfaces.js';
import type { LiveNetworks } from './live-networks.js';
import type { Attachment } from './network-record.js';
import { tellWirefilter } from './wirefilter.js';
import { lookForNetworkFacts } from './network-facts.js';

/** A machine, as far as networks know it. */
export interface NetworkedMachine {
  id: VmId;
  name: string;
  nics: readonly Nic[];
}

/** What can be changed of a network. */
export interface NetworkChanges {
  name?: string | undefined;
  note?: string | undefined;
  internet?: boolean | undefined;
  reachesHost?: boolean | undefined;
  subnet?: string | undefined;
  carrier?: Carrier | null | undefined;
}

/** The networks of this user: what is kept of them, and what everybody sees. */
export class NetworkService {
  readonly specs = new Map<NetworkId, NetworkSpec>();
  private readonly problems = new Map<NetworkId, PaddockError>();
  private readonly starting = new Set<NetworkId>();
  private known: Promise<NetworkFacts> | null = null;
  /** All machines; by whoever knows them (main.ts). */
  machines: () => NetworkedMachine[] = () => [];
  /** Notes down in a machine's run what it lost; by whoever knows it (main.ts). */
  tellMachine: (id: VmId, text: string) => void = () => {};

  constructor(
    private readonly folder: string,
    private readonly store: StateStore,
    readonly live: LiveNetworks,
  ) {
    live.specs = () => [...this.specs.values()];
    live.carrierOf = (spec, facts) => this.carrierOf(spec, facts);
    live.onTrouble = (id, failed) => {
      if (failed) {
        this.problems.set(id, failed.error);
        this.tellMachinesOn(id, failed.message);
      }
      this.announce(id);
    };
    live.onLost = (id, text) => this.tellMachinesOn(id, text);
  }

  /** Reads what is kept, and finds what runs. */
  async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const file of await readdir(this.folder)) {
      if (!file.endsWith('.json')) continue;
      const read = await readJson(join(this.folder, file), networkSpecSchema);
      if (read.ok) this.specs.set(read.value.id, read.value);
      else log('warn', 'network can’t be read', { file, why: read.why });
    }
    await this.live.load();
  }

  /** What networks can be made with on this computer; looked for once, and again when asked. */
  facts(again = false): Promise<NetworkFacts> {
    if (again || this.known === null) this.known = lookForNetworkFacts();
    return this.known;
  }

  /** A network by its id. Throws Failure network-unknown. */
  get(id: NetworkId): NetworkSpec {
    const spec = this.specs.get(id);
    if (!spec) throw failure('network-unknown', { name: id });
    return spec;
  }

  /** Makes one. Throws Failure: network-name-taken, network-subnet. */
  async create(wanted: {
    name: string;
    kind: NetworkSpec['kind'];
    internet: boolean;
    reachesHost: boolean;
    subnet: string | null;
    dhcp?: boolean | undefined;
    carrier: Carrier | null;
  }): Promise<NetworkId> {
    this.checkName(wanted.name, null);
    const id = networkIdSchema.parse(randomBytes(4).toString('hex'));
    const common = {
      version: 1 as const,
      id,
      name: wanted.name,
      note: '',
      createdAt: new Date().toISOString(),
      impairments: {},
      measurements: [],
    };
    const spec: NetworkSpec =
      wanted.kind === 'cable'
        ? { ...common, kind: 'cable' }
        : {
            ...common,
            kind: 'switch',
            internet: wanted.internet,
            reachesHost: wanted.reachesHost,
            // Kept also where nothing is given out: what may come later has a place.
            subnet: wanted.subnet ?? freeSubnet((words) => this.whyNotSubnet(words, null) !== null),
            dhcp: wanted.dhcp ?? true,
            carrier: wanted.carrier,
            addresses: {},
          };
    if (spec.kind === 'switch' && spec.dhcp) this.checkSubnet(spec.subnet, id);
    this.specs.set(id, spec);
    try {
      await this.save(spec);
    } catch (error) {
      this.specs.delete(id);
      throw error;
    }
    this.announce(id);
    return id;
  }

  /** Changes one; what its machines depend on only while none of them runs. */
  async configure(id: NetworkId, changes: NetworkChanges): Promise<void> {
    const spec = this.get(id);
    if (changes.name !== undefined) this.checkName(changes.name, id);
    const { name = spec.name, note = spec.note } = changes;
    let next: NetworkSpec = { ...spec, name, note };
    if (next.kind === 'switch') {
      const {
        internet = next.internet,
        reachesHost = next.reachesHost,
        subnet = next.subnet,
        carrier = next.carrier,
      } = changes;
      const isDeep =
        internet !== next.internet ||
        reachesHost !== next.reachesHost ||
        subnet !== next.subnet ||
        carrier !== next.carrier;
      if (isDeep && this.live.record.networks[id])
        throw failure('network-on', { name: spec.name, machines: this.runningOn(id).join(', ') });
      if (subnet !== next.subnet && next.dhcp) this.checkSubnet(subnet, id);
      const addresses = subnet === next.subnet ? next.addresses : {};
      next = { ...next, internet, reachesHost, subnet, carrier, addresses };
    }
    await this.save(next);
    this.specs.set(id, next);
    this.announce(id);
  }

  /** Deletes one that nothing is plugged into. Throws Failure network-used. */
  async delete(id: NetworkId): Promise<void> {
    const spec = this.get(id);
    const users = this.machines().filter(({ nics }) => nics.some((nic) => leadsTo(nic, id)));
    if (users.length > 0)
      throw failure('network-used', { name: spec.name, machines: users.map(({ name }) => name).join(', ') });
    await this.live.exclusively(async () => {
      await this.live.down(id);
      await this.live.endIfUnused();
    });
    await rm(join(this.folder, `${id}.json`), { force: true });
    this.specs.delete(id);
    this.problems.delete(id);
    this.store.change({ collection: 'networks', id, value: null });
  }

  /** What a network that is off would be carried by. Throws Failure network-carrier. */
  carrierOf({ name, carrier, internet }: SwitchSpec, facts: NetworkFacts): Carrier {
    const choice = chooseCarrier(facts, { wanted: carrier, internet });
    if (choice.ok) return choice.carrier;
    throw failure('network-carrier', {
      name,
      why: choice.reasons.map((one) => `${carrierWords[one.carrier].title}: ${one.why}`).join('; '),
    });
  }

  /** Switches it on. Throws Failure: network-carrier, network-failed. */
  async up(id: NetworkId): Promise<void> {
    const spec = this.get(id);
    this.starting.add(id);
    this.problems.delete(id);
    this.announce(id);
    try {
      await this.live.up(spec, await this.facts());
    } catch (error) {
      if (error instanceof Failure) this.problems.set(id, error.error);
      throw error;
    } finally {
      this.starting.delete(id);
      this.announce(id);
    }
  }

  /** Switches it off when no machine runs on it any more. */
  async downIfUnused(id: NetworkId): Promise<void> {
    if (this.runningOn(id).length > 0) return this.announce(id);
    await this.live.down(id);
    this.problems.delete(id);
    this.announce(id);
  }

  /** Sees to it that the cards of all machines have addresses, and that DHCP knows them. Throws Failure network-full. */
  async giveAddresses(id: NetworkId): Promise<SwitchSpec | null> {
    const spec = this.get(id);
    if (spec.kind === 'cable' || !spec.dhcp) return null;
    const cards = this.machines().flatMap(({ name, nics }) =>
      nics.filter((nic) => leadsTo(nic, id)).map(({ mac }) => ({ mac, name })),
    );
    const addresses = withAddresses(
      spec,
      cards.map(({ mac }) => mac),
    );
    if (addresses === null) throw failure('network-full', { name: spec.name, subnet: spec.subnet });
    const next = { ...spec, addresses };
    if (Object.keys(addresses).length !== Object.keys(spec.addresses).length) {
      this.specs.set(id, next);
      await this.save(next);
    }
    const hosts = cards.map(({ mac, name }) => ({ mac, name, address: addresses[mac] ?? '' }));
    await this.live.tellHosts(next, hosts);
    return next;
  }

  /** A link of a machine that runs. Throws Failure: network-unknown, link-unknown, link-off. */
  link({ networkId, vmId, unit }: LinkEnd): { card: Attachment; vmName: string } {
    const network = this.get(networkId);
    const vm = this.machines().find(({ id }) => id === vmId);
    const nic = vm?.nics.find((one) => one.unit === unit);
    const card = this.live.record.machines[vmId]?.find((one) => one.unit === unit);
    // One that was led somewhere else while its machine runs is still where it was.
    if (!vm || (card?.networkId !== networkId && !(nic && leadsTo(nic, networkId))))
      throw failure('link-unknown', { network: network.name });
    if (card?.networkId !== networkId) throw failure('link-off', { machine: vm.name, network: network.name });
    return { card, vmName: vm.name };
  }

  /**
   * Makes a link worse, or as good as it can be with null; kept with its network. False: it counts from the next start of
   * the machine on. Throws Failure: network-unknown, link-unknown, impair-refused.
   */
  async impair({ networkId, vmId, unit }: LinkEnd, wanted: Impairment | null): Promise<boolean> {
    const spec = this.get(networkId);
    const vm = this.machines().find(({ id }) => id === vmId);
    const nic = vm?.nics.find((one) => one.unit === unit && leadsTo(one, networkId));
    if (!vm || !nic) throw failure('link-unknown', { network: spec.name });
    const why = wanted === null ? null : this.whyNotImpaired(spec, await this.facts());
    const name = `${vm.name} on ${spec.name}`;
    if (why !== null) throw failure('impair-refused', { link: name, why });
    const card = this.live.record.machines[vmId]?.find(
      (one) => one.unit === unit && one.networkId === networkId,
    );
    const isNow = await this.applyImpairment({ networkId, vmId, unit }, card ?? null, wanted, name);
    const { [impairmentKey(spec.kind, nic.mac)]: _before, ...others } = this.get(networkId).impairments;
    const impairments = wanted === null ? others : { ...others, [impairmentKey(spec.kind, nic.mac)]: wanted };
    const next: NetworkSpec = { ...this.get(networkId), impairments };
    this.specs.set(networkId, next);
    await this.save(next);
    this.announce(networkId);
    return isNow;
  }

  /** Keeps what was measured beside what it was measured of. */
  async keepMeasurement(id: NetworkId, found: Measurement): Promise<void> {
    const spec = this.get(id);
    const next: NetworkSpec = { ...spec, measurements: withMeasurement(spec.measurements, found) };
    this.specs.set(id, next);
    await this.save(next);
    this.announce(id);
  }

  /** Has a card that was just plugged in be as bad as it is to be. */
  async impairPlugged(networkId: NetworkId, vmId: VmId, card: Attachment): Promise<void> {
    const wanted = this.impairmentOf(networkId, card.mac);
    if (wanted && this.live.record.networks[networkId]?.carrier !== 'vde')
      await this.applyImpairment(
        { networkId, vmId, unit: card.unit },
        card,
        wanted,
        this.get(networkId).name,
      );
  }

  /** Why links of a network can't be made worse here; null when they can. */
  whyNotImpaired(spec: NetworkSpec, facts: NetworkFacts): string | null {
    if (spec.kind === 'cable') return whyNotImpaired(facts, 'cable');
    const choice = chooseCarrier(facts, { wanted: spec.carrier, internet: spec.internet });
    const carrier = this.live.record.networks[spec.id]?.carrier ?? (choice.ok ? choice.carrier : 'namespace');
    return whyNotImpaired(facts, carrier);
  }

  /** How a card's link is made worse; null: it isn't. */
  impairmentOf(networkId: NetworkId, mac: string): Impairment | null {
    const spec = this.get(networkId);
    return spec.impairments[impairmentKey(spec.kind, mac)] ?? null;
  }

  private async applyImpairment(
    { networkId, vmId }: LinkEnd,
    card: Attachment | null,
    wanted: Impairment | null,
    link: string,
  ): Promise<boolean> {
    const live = this.live.record.networks[networkId];
    // A cable is there while one of its machines runs.
    if (card === null && live?.carrier !== 'cable') return true;
    const tap = card?.tap ?? null;
    const place =
      tap !== null ? { tap } : live?.ports && this.live.namespace.isUp ? { ports: live.ports } : null;
    const hasWire = card?.helpers.some(({ name }) => name === 'wirefilter') === true;
    if (place === null && !hasWire) return wanted === null;
    try {
      if (place) await this.live.impairer.set({ networkId, ...place }, wanted);
      else await tellWirefilter(this.live.folderOf(`${vmId}-${card?.unit ?? 0}`), wanted ?? unimpaired);
      return true;
    } catch (error) {
      const why =
        error instanceof Failure ? (error.error.detail?.lastLines?.at(-1) ?? error.message) : String(error);
      throw failure('impair-refused', { link, why: why.replace(/\.$/, '') });
    }
  }

  private tellMachinesOn(id: NetworkId, text: string): void {
    for (const [vmId, cards] of Object.entries(this.live.record.machines))
      if (cards.some(({ networkId }) => networkId === id)) this.tellMachine(vmId as VmId, text);
  }

  /** Names of the machines that run on it. */
  runningOn(id: NetworkId): string[] {
    const names = new Map(this.machines().map(({ id: vmId, name }) => [vmId as string, name]));
    return Object.entries(this.live.record.machines)
      .filter(([, cards]) => cards.some(({ networkId }) => networkId === id))
      .map(([vmId]) => names.get(vmId) ?? vmId);
  }

  /** Tells everybody how it is. */
  announce(id: NetworkId): void {
    const spec = this.specs.get(id);
    if (!spec) return;
    const value = this.view(spec);
    // Told at every change of any machine, most of which are none of its own.
    if (JSON.stringify(value) !== JSON.stringify(this.store.state.networks[id]))
      this.store.change({ collection: 'networks', id, value });
  }

  /** The same of all of them: a machine was made, deleted or led somewhere else. */
  announceAll(): void {
    for (const id of this.specs.keys()) this.announce(id);
  }

  private view(spec: NetworkSpec): NetworkView {
    const live = this.live.record.networks[spec.id];
    const problem = this.problems.get(spec.id) ?? null;
    const isSwitch = spec.kind === 'switch';
    return {
      id: spec.id,
      name: spec.name,
      note: spec.note,
      createdAt: spec.createdAt,
      kind: spec.kind,
      internet: isSwitch && spec.internet,
      reachesHost: isSwitch && spec.reachesHost,
      dhcp: isSwitch && spec.dhcp,
      subnet: isSwitch && spec.dhcp ? spec.subnet : null,
      gateway: isSwitch && spec.dhcp ? gatewayOf(spec.subnet) : null,
      hostAddress: isSwitch && spec.reachesHost && spec.internet ? hostAddressOf(spec, live?.carrier) : null,
      wantedCarrier: isSwitch ? spec.carrier : null,
      carrier: live?.carrier ?? null,
      state: this.starting.has(spec.id) ? 'starting' : problem ? 'failed' : live ? 'on' : 'off',
      problem,
      ends: this.ends(spec),
      measurements: spec.measurements,
      helpers: (live?.helpers ?? []).map(({ name, pid }) => ({ name, pid })),
    };
  }

  private ends(spec: NetworkSpec): NetworkEnd[] {
    return this.machines().flatMap(({ id: vmId, nics }) =>
      nics
        .filter((nic) => leadsTo(nic, spec.id))
        .map(({ unit, mac }) => {
          const card = this.live.record.machines[vmId]?.find(
            (one) => one.unit === unit && one.networkId === spec.id,
          );
          return {
            vmId,
            unit,
            mac,
            address: spec.kind === 'switch' ? (spec.addresses[mac] ?? null) : null,
            transport: card?.transport ?? null,
            device: card?.device ?? null,
            impairment: spec.impairments[impairmentKey(spec.kind, mac)] ?? null,
          };
        }),
    );
  }

  private checkName(name: string, but: NetworkId | null): void {
    if ([...this.specs.values()].some((spec) => spec.id !== but && spec.name === name))
      throw failure('network-name-taken', { name });
  }

  private checkSubnet(subnet: string, but: NetworkId | null): void {
    const why = this.whyNotSubnet(subnet, but);
    if (why !== null) throw failure('network-subnet', { subnet, why });
  }

  /** Two networks of one range, or one that this computer is in, would each answer for the other's addresses. */
  whyNotSubnet(words: string, but: NetworkId | null): string | null {
    const subnet = parseSubnet(words);
    if (subnet === null) return 'it is none';
    for (const spec of this.specs.values()) {
      const other = spec.kind === 'switch' && spec.dhcp && spec.id !== but ? parseSubnet(spec.subnet) : null;
      if (other && overlap(subnet, other)) return `${spec.name} has ${subnetText(other)}`;
    }
    const slirp = parseSubnet('10.0.2.0/24');
    if (slirp && overlap(subnet, slirp)) return 'the way into the internet has 10.0.2.0/24';
    for (const [name, addresses] of Object.entries(networkInterfaces()))
      for (const { family, address, netmask } of addresses ?? []) {
        if (family !== 'IPv4') continue;
        const here = subnetOf(address, netmask);
        if (overlap(subnet, here)) return `this computer’s ${name} is in ${subnetText(here)}`;
      }
    for (const { ifname, range } of hostRanges())
      if (overlap(subnet, range)) return `this computer has a way to ${subnetText(range)}, by ${ifname}`;
    return null;
  }

  private async save(spec: NetworkSpec): Promise<void> {
    await writeJson(join(this.folder, `${spec.id}.json`), spec);
  }
}

/** slirp answers for this computer: at the gateway itself on a VDE switch, behind it in the namespace. */
const hostAddressOf = ({ subnet, carrier }: SwitchSpec, now: string | undefined): string =>
  (now ?? carrier) === 'vde' ? gatewayOf(subnet) : UPLINK.host;

/** True when a card's cable goes to this network. */
export const leadsTo = ({ link }: Nic, id: NetworkId): boolean =>
  link.kind === 'network' && link.networkId === id;
