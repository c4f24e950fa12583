import { mkdir, rm, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import {
  bridgeDown,
  bridgeName,
  bridgeUp,
  dnsmasqHosts,
  dnsmasqWords,
  nftRules,
  tapDown,
  tapUp,
  type PlacedForward,
} from '@shared/networks/namespace-plan.js';
import type { NetworkFacts } from '@shared/networks/network-facts.js';
import type { Carrier, NetworkSpec, SwitchSpec } from '@shared/networks/network.js';
import type { NetworkId } from '@shared/networks/nic.js';
import type { FdEvents } from '../platform/fd-events.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import { isAlive, signalProcess, startTicks } from '../platform/processes.js';
import { freeUdpPorts } from './free-ports.js';
import { endHelper, NETWORK_MARK, startHelper, type Helper } from './helper-process.js';
import { HelperWatches } from './helper-watches.js';
import { Impairer } from './impairer.js';
import { NetworkNamespace } from './network-namespace.js';
import { emptyRecord, networkRecordSchema, type LiveNetwork, type NetworkRecord } from './network-record.js';
import { RestartLimit } from './restart-limit.js';
import { plugWayOut, startVdeSwitch } from './vde-switch.js';

/** Ports of the namespace that forwards come in by, from here on. */
const FIRST_ENTRY_PORT = 20_000;
/** And those of cables, of which nobody else in the namespace takes any. */
const FIRST_CABLE_PORT = 40_000;

/** Networks that are on: their namespace, bridges, switches and helpers, kept in the runtime folder. */
export class LiveNetworks {
  readonly namespace: NetworkNamespace;
  readonly impairer: Impairer;
  record: NetworkRecord = emptyRecord();
  /** What a network that is off would be carried by, or a Failure; by whoever knows (network-service). */
  carrierOf: (spec: SwitchSpec, facts: NetworkFacts) => Carrier = () => 'namespace';
  /** The kernels of machines that run; by whoever knows them (main.ts). */
  machinePids: () => readonly number[] = () => [];
  /** All networks that are kept; by whoever knows them (network-service). */
  specs: () => readonly NetworkSpec[] = () => [];
  /** Called when a helper of a network ended without being asked, with what became of it. */
  onTrouble: (id: NetworkId, failed: Failure | null) => void = () => {};
  /** Called when what went by a network is lost, though it works again, with what ended. */
  onLost: (id: NetworkId, text: string) => void = () => {};
  private readonly watches: HelperWatches;
  private readonly restarts = new RestartLimit();
  private turn: Promise<unknown> = Promise.resolve();
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly events: FdEvents,
  ) {
    this.namespace = new NetworkNamespace(folder, folder, events);
    this.watches = new HelperWatches(events);
    this.impairer = new Impairer(folder, this, events);
  }

  /** What is in the environment of everything that networks start. */
  get mark(): string {
    return this.folder;
  }

  /**
   * One at a time: two machines that start on one network would both switch it on, and one that ends could take it from
   * under one that starts. Not to be called from work that is under way here.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(work);
    this.turn = turn.catch(() => {});
    return turn;
  }

  /** Finds what an earlier host left running, and ends what nobody knows of any more. */
  async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const read = await readJson(this.recordPath, networkRecordSchema);
    if (read.ok) this.record = read.value;
    this.namespace.holder = this.record.holder;
    this.namespace.uplink = this.record.uplink;
    this.endStrays();
  }

  /** Writes down what runs; each time what is true then. */
  save(): Promise<void> {
    this.saving = this.saving.then(async () => {
      this.record.holder = this.namespace.holder;
      this.record.uplink = this.namespace.uplink;
      await writeJson(this.recordPath, this.record).catch((error: Error) =>
        log('error', 'networks not noted down', { error: error.message }),
      );
    });
    return this.saving;
  }

  /** The network's place here. */
  folderOf(id: NetworkId): string {
    return join(this.folder, id);
  }

  /** Switches a network on, if it is off. Throws Failure: network-carrier, network-failed. */
  async up(spec: NetworkSpec, facts: NetworkFacts): Promise<LiveNetwork> {
    const there = this.record.networks[spec.id];
    if (there) return there;
    const live = await this.begin(spec, facts).catch(async (error: unknown) => {
      delete this.record.networks[spec.id];
      await this.clear(spec.id);
      if (error instanceof Failure && error.error.code === 'network-carrier') throw error;
      const said =
        error instanceof Failure ? (error.error.detail?.lastLines?.at(-1) ?? error.message) : String(error);
      throw failure('network-failed', { name: spec.name, why: said.replace(/\.$/, '') });
    });
    for (const helper of live.helpers) this.watch(spec, helper);
    await this.save();
    return live;
  }

  /** Switches it off; nothing of it is left. */
  async down(id: NetworkId): Promise<void> {
    const live = this.record.networks[id];
    if (!live) return;
    if (live.ports)
      await this.impairer.set({ networkId: id, ports: live.ports }, null).catch(noted('cable not led back'));
    delete this.record.networks[id];
    this.restarts.forget(id);
    for (const helper of live.helpers) {
      this.watches.remove(helper);
      await endHelper(this.events, helper);
    }
    if (live.carrier === 'namespace' && this.namespace.isUp) {
      await this.namespace.ip(bridgeDown({ id })).catch(noted('bridge not removed'));
      await this.applyRules().catch(noted('rules not changed'));
    }
    await this.clear(id);
    await this.save();
  }

  /** Ends the namespace when nothing is in it any more. */
  async endIfUnused(): Promise<void> {
    const { networks, machines } = this.record;
    const isUsed =
      Object.values(networks).some(({ carrier }) => carrier !== 'vde') ||
      Object.values(machines).some((cards) => cards.some(({ tap, side }) => tap !== null || side !== null));
    if (isUsed) return;
    this.watches.remove(this.namespace.holder);
    this.watches.remove(this.namespace.uplink);
    await this.namespace.remove();
    await this.save();
  }

  /** Makes a card's tap on a network. */
  async makeTap(tap: string, id: NetworkId): Promise<void> {
    await this.namespace.ip(tapDown(tap)).catch(() => {});
    await this.namespace.ip(tapUp(tap, id));
  }

  /** Leads a tap to another network, or with null to none: the guest's card stays. */
  async moveTap(tap: string, id: NetworkId | null): Promise<void> {
    await this.namespace.ip([`link set ${tap} ${id === null ? 'nomaster' : `master ${bridgeName(id)}`} up`]);
  }

  /** Takes one away. */
  async removeTap(tap: string): Promise<void> {
    await this.impairer.drop(tap).catch(noted('tap not led back'));
    if (this.namespace.isUp) await this.namespace.ip(tapDown(tap)).catch(noted('tap not removed'));
  }

  /** Has DHCP know the cards of a network by their addresses and names. */
  async tellHosts(
    spec: SwitchSpec,
    cards: readonly { mac: string; address: string; name: string }[],
  ): Promise<void> {
    await mkdir(this.folderOf(spec.id), { recursive: true, mode: 0o700 });
    await writeFile(this.hostsPath(spec.id), dnsmasqHosts(cards), { mode: 0o600 });
    // It reads them again (dnsmasq(8), NOTES).
    const dnsmasq = this.record.networks[spec.id]?.helpers.find(({ name }) => name === 'dnsmasq');
    if (dnsmasq) signalProcess(dnsmasq, 'SIGHUP');
  }

  /** Replaces the rules of the namespace by those of the networks and forwards that there are now. */
  async applyRules(): Promise<void> {
    const on = this.specs().filter(
      (spec): spec is SwitchSpec =>
        spec.kind === 'switch' && this.record.networks[spec.id]?.carrier === 'namespace',
    );
    if (!on.some(({ internet }) => internet)) return this.closeUplink();
    await this.openUplink();
    await this.namespace.run(['nft', '-f', '-'], nftRules(on, this.placedForwards(on)));
  }

  /** A port of the namespace that no forward comes in by. */
  freeEntryPort(): number {
    const used = new Set(
      Object.values(this.record.machines).flatMap((cards) =>
        cards.flatMap(({ forwards }) => forwards.map(({ entryPort }) => entryPort)),
      ),
    );
    let port = FIRST_ENTRY_PORT;
    while (used.has(port)) port += 1;
    return port;
  }

  private placedForwards(specs: readonly SwitchSpec[]): PlacedForward[] {
    return Object.values(this.record.machines).flatMap((cards) =>
      cards.flatMap(({ mac, networkId, forwards }) => {
        const guestAddress = specs.find(({ id }) => id === networkId)?.addresses[mac];
        return guestAddress === undefined
          ? []
          : forwards.flatMap(({ forward, entryPort }) =>
              entryPort === null ? [] : [{ ...forward, entryPort, guestAddress }],
            );
      }),
    );
  }

  private async begin(spec: NetworkSpec, facts: NetworkFacts): Promise<LiveNetwork> {
    if (spec.kind === 'cable') return this.beginCable(spec.id, facts);
    const carrier = this.carrierOf(spec, facts);
    const live: LiveNetwork = { carrier, helpers: [], ports: null };
    this.record.networks[spec.id] = live;
    if (carrier === 'vde') {
      live.helpers = await startVdeSwitch(spec, this.folderOf(spec.id), this.mark);
      return live;
    }
    await this.makeNamespace();
    await this.namespace.ip(bridgeDown(spec)).catch(() => {});
    await this.namespace.ip(bridgeUp(spec));
    await this.applyRules();
    live.helpers = spec.dhcp ? [await this.startDnsmasq(spec)] : [];
    return live;
  }

  private async startDnsmasq(spec: SwitchSpec): Promise<Helper> {
    const folder = this.folderOf(spec.id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(this.hostsPath(spec.id), '', { flag: 'a', mode: 0o600 });
    const argv = dnsmasqWords(spec, { hosts: this.hostsPath(spec.id), leases: join(folder, 'leases') });
    return startHelper('dnsmasq', [...this.namespace.words, ...argv] as [string, ...string[]], {
      mark: this.mark,
      logPath: join(folder, 'dnsmasq.log'),
      ready: false,
    });
  }

  /** A cable's ends meet at two UDP ports; in the namespace where there is one, because other cards may need that. */
  private async beginCable(id: NetworkId, facts: NetworkFacts): Promise<LiveNetwork> {
    const inNamespace = facts.namespaces === null;
    if (inNamespace) await this.makeNamespace();
    const used = new Set(Object.values(this.record.networks).flatMap(({ ports }) => ports ?? []));
    const ports = inNamespace ? portsFrom(FIRST_CABLE_PORT, used) : await freeUdpPorts(used);
    const live: LiveNetwork = { carrier: 'cable', helpers: [], ports };
    this.record.networks[id] = live;
    return live;
  }

  /** One that ends is started again; the guests' own cables hold, only what it did is missing meanwhile. */
  private watch(spec: NetworkSpec, helper: Helper): void {
    this.watches.add(
      helper,
      () => void this.exclusively(() => this.restart(spec, helper)).catch(noted('helper not begun again')),
    );
  }

  /** Watches what an earlier host started, and ends what no machine is on. */
  async goOn(): Promise<void> {
    this.namespace.recognise();
    if (this.namespace.holder) this.watchHolder(this.namespace.holder);
    if (this.namespace.uplink) this.watchUplink(this.namespace.uplink);
    this.impairer.goOn();
    for (const spec of this.specs())
      for (const helper of this.record.networks[spec.id]?.helpers ?? []) this.watch(spec, helper);
    const used = new Set(
      Object.values(this.record.machines).flatMap((cards) => cards.map(({ networkId }) => networkId)),
    );
    for (const id of Object.keys(this.record.networks)) if (!used.has(id)) await this.down(id);
    await this.endIfUnused();
  }

  private async makeNamespace(): Promise<void> {
    if (this.namespace.isUp) return;
    await this.namespace.make();
    if (this.namespace.holder) this.watchHolder(this.namespace.holder);
  }

  private async openUplink(): Promise<void> {
    const before = this.namespace.uplink;
    await this.namespace.openUplink();
    const { uplink } = this.namespace;
    if (uplink && uplink !== before) this.watchUplink(uplink);
  }

  private async closeUplink(): Promise<void> {
    this.watches.remove(this.namespace.uplink);
    await this.namespace.closeUplink();
  }

  /** Machines in it go on and still reach each other; it is held anew, so that others can come in beside them. */
  private watchHolder(holder: Helper): void {
    this.watches.add(holder, () => void this.exclusively(() => this.holdAgain()));
  }

  private async holdAgain(): Promise<void> {
    log('warn', 'the holder of the namespace ended', {});
    const helpers = Object.values(this.record.networks).flatMap((live) => live.helpers.map(({ pid }) => pid));
    const isHeld = await this.namespace
      .holdAgain([...helpers, ...this.machinePids()])
      .catch((error: Error) => noted('namespace not held anew')(error) ?? false);
    if (isHeld && this.namespace.holder) {
      this.watchHolder(this.namespace.holder);
      await this.save();
    } else {
      for (const { id, name } of this.specs())
        if (this.record.networks[id] !== undefined && this.record.networks[id].carrier !== 'vde')
          this.onTrouble(
            id,
            failure('network-failed', { name, why: 'its network namespace was ended from outside' }),
          );
    }
  }

  /** The way out is opened again, with the forwards that came in by it. Connections that went by it are lost. */
  private watchUplink(uplink: Helper): void {
    this.watches.add(uplink, () => {
      log('warn', 'slirp4netns ended', { pid: uplink.pid });
      void this.exclusively(() => this.reopenUplink(uplink)).catch((error: Error) => {
        for (const spec of this.specs())
          if (spec.kind === 'switch' && spec.internet && this.record.networks[spec.id])
            this.onTrouble(
              spec.id,
              failure('network-failed', {
                name: spec.name,
                why: `its way out ended: ${error.message.replace(/\.$/, '')}`,
              }),
            );
      });
    });
  }

  private async reopenUplink(uplink: Helper): Promise<void> {
    // The namespace may have gone meanwhile, and whatever wanted the way out with it.
    if (!this.namespace.isUp) return;
    if (!this.restarts.mayBeginAgain('uplink')) throw new Error('it ends again and again');
    // Another one that was opened meanwhile has only the newest of the forwards.
    if (this.namespace.uplink !== uplink) await this.closeUplink();
    this.namespace.uplink = null;
    await this.applyRules();
    for (const cards of Object.values(this.record.machines))
      for (const { forwards } of cards)
        for (const one of forwards)
          if (one.entryPort !== null)
            one.slirpId = await this.namespace.addForward(one.forward, one.entryPort);
    await this.save();
    for (const spec of this.specs())
      if (spec.kind === 'switch' && spec.internet && this.record.networks[spec.id]?.carrier === 'namespace')
        this.onLost(spec.id, wayOutLost(spec));
  }

  private async restart(spec: NetworkSpec, helper: Helper): Promise<void> {
    const live = this.record.networks[spec.id];
    if (!live?.helpers.includes(helper)) return;
    log('warn', 'a helper of a network ended', { network: spec.name, helper: helper.name });
    const failed = (why: string): Failure => failure('network-failed', { name: spec.name, why });
    // The kernels' sockets of a switch are gone with it: only a start of the machines brings them back.
    if (helper.name === 'vde_switch' || spec.kind === 'cable')
      return this.onTrouble(spec.id, failed(`${helper.name} ended`));
    // Its way out ends with the switch, of which is told already.
    if (live.carrier === 'vde' && !live.helpers.some((one) => one.name === 'vde_switch' && isAlive(one)))
      return;
    if (!this.restarts.mayBeginAgain(spec.id))
      return this.onTrouble(spec.id, failed(`${helper.name} ends again and again`));
    try {
      const again =
        helper.name === 'slirp'
          ? await plugWayOut(spec, this.folderOf(spec.id), this.mark)
          : await this.startDnsmasq(spec);
      live.helpers = live.helpers.map((one) => (one === helper ? again : one));
      this.watch(spec, again);
      await this.save();
      this.onTrouble(spec.id, null);
      if (helper.name === 'slirp') this.onLost(spec.id, wayOutLost(spec));
    } catch (error) {
      this.onTrouble(spec.id, failed((error as Error).message.replace(/\.$/, '')));
    }
  }

  /** What carries our mark and is not noted down: of a host that was killed between the two. */
  private endStrays(): void {
    const known = [
      this.record.holder,
      this.record.uplink,
      ...this.record.captures.map(({ helper }) => helper),
      ...this.record.impaired.map(({ helper }) => helper),
      ...Object.values(this.record.networks).flatMap(({ helpers }) => helpers),
      ...Object.values(this.record.machines).flatMap((cards) => cards.flatMap(({ helpers }) => helpers)),
    ];
    const isKnown = (pid: number): boolean => known.some((one) => one?.pid === pid && isAlive(one));
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || isKnown(pid) || !carriesMark(pid, this.mark)) continue;
      signalProcess({ pid, startTicks: startTicks(pid) ?? '' }, 'SIGKILL');
    }
  }

  private async clear(id: NetworkId): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  private hostsPath(id: NetworkId): string {
    return join(this.folderOf(id), 'hosts');
  }

  private get recordPath(): string {
    return join(this.folder, 'networks.json');
  }
}

const wayOutLost = ({ name }: NetworkSpec): string =>
  `The way into the internet of ${name} ended, and was begun again. Connections that went by it are lost.`;

const noted =
  (what: string) =>
  (error: unknown): void =>
    log('warn', what, { error: (error as Error).message });

function portsFrom(first: number, used: ReadonlySet<number>): [number, number] {
  let port = first;
  while (used.has(port)) port += 2;
  return [port, port + 1];
}

function carriesMark(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${NETWORK_MARK}=${mark}`);
  } catch {
    return false;
  }
}
