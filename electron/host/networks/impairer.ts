import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cableRules,
  impairTap,
  impairTaps,
  impairTapsDown,
  impairNames,
  type Impairment,
} from '@shared/networks/impairment.js';
import { bridgeName } from '@shared/networks/namespace-plan.js';
import type { NetworkId } from '@shared/networks/nic.js';
import type { FdEvents } from '../platform/fd-events.js';
import { log } from '../platform/log.js';
import { endHelper, type Helper } from './helper-process.js';
import { HelperWatches } from './helper-watches.js';
import type { NetworkNamespace } from './network-namespace.js';
import type { ImpairedLink, NetworkRecord } from './network-record.js';
import { RestartLimit } from './restart-limit.js';
import { startWirefilter, tellWirefilter } from './wirefilter.js';

/** What an impairer has of the networks that are on. */
interface ImpairedNetworks {
  readonly mark: string;
  readonly namespace: NetworkNamespace;
  readonly record: NetworkRecord;
  save(): Promise<void>;
  /** A link is as good as it can be, though it should not be. */
  onLost(id: NetworkId, text: string): void;
}

/** Which link of those in the namespace: a card’s tap, or a cable. */
export type Impairable = { networkId: NetworkId } & ({ tap: string } | { ports: readonly [number, number] });

/**
 * Makes links in the namespace worse: the frames go by a wirefilter between two taps. The kernel's own netem would do it
 * without copying, but where it isn't built in there is nothing (docs/decisions/0031).
 */
export class Impairer {
  private readonly watches: HelperWatches;
  private readonly restarts = new RestartLimit();
  private changes: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly networks: ImpairedNetworks,
    private readonly events: FdEvents,
  ) {
    this.watches = new HelperWatches(events);
  }

  /** Brings a link to what is wanted of it; null: as good as it can be. One change at a time. */
  set(link: Impairable, wanted: Impairment | null): Promise<void> {
    return this.inTurn(async () => {
      const there = this.find(link);
      if (wanted === null) return there && this.release(there);
      if (!there) return this.add(link, wanted);
      there.impairment = wanted;
      await tellWirefilter(this.folderOf(there.key), wanted);
      await this.networks.save();
    });
  }

  /** A card's tap goes, and what made its link worse with it. */
  drop(tap: string): Promise<void> {
    return this.inTurn(async () => {
      const there = this.networks.record.impaired.find((one) => one.tap === tap);
      if (there) await this.release(there);
    });
  }

  /** Watches what an earlier host started. */
  goOn(): void {
    for (const link of this.networks.record.impaired) this.watch(link);
  }

  private async add(link: Impairable, impairment: Impairment): Promise<void> {
    const { namespace, record } = this.networks;
    const made: ImpairedLink = {
      key: this.freeKey(),
      networkId: link.networkId,
      tap: 'tap' in link ? link.tap : null,
      ports: 'ports' in link ? [link.ports[0], link.ports[1]] : null,
      impairment,
      helper: null,
    };
    record.impaired.push(made);
    try {
      await namespace.ip(impairTaps(made.key));
      made.helper = await this.startFilter(made);
      if (made.tap !== null) await namespace.ip(impairTap(made.key, made.tap, bridgeName(made.networkId)));
      else {
        // What comes back by a tap has addresses, also of its sender, that otherwise nobody takes from outside.
        const settings = '/proc/sys/net/ipv4/conf/lo';
        await namespace.run([
          'sh',
          '-c',
          `echo 1 > ${settings}/route_localnet; echo 1 > ${settings}/accept_local`,
        ]);
        await this.applyCables();
      }
    } catch (error) {
      await this.remove(made);
      throw error;
    }
    this.watch(made);
    await this.networks.save();
  }

  /** It is asked for no more. */
  private async release(link: ImpairedLink): Promise<void> {
    this.restarts.forget(countedAs(link));
    await this.remove(link);
  }

  private async remove(link: ImpairedLink): Promise<void> {
    const { namespace, record } = this.networks;
    this.watches.remove(link.helper);
    record.impaired.splice(record.impaired.indexOf(link), 1);
    if (namespace.isUp) {
      // Led by the short way first, so that next to nothing is lost.
      if (link.tap !== null)
        await namespace.ip([`link set ${link.tap} master ${bridgeName(link.networkId)}`]).catch(() => {});
      else await this.applyCables().catch(noted('cables not led back'));
    }
    if (link.helper) await endHelper(this.events, link.helper);
    if (namespace.isUp) for (const line of impairTapsDown(link.key)) await namespace.ip(line).catch(() => {});
    await rm(this.folderOf(link.key), { recursive: true, force: true });
    await this.networks.save();
  }

  private async startFilter({ key, impairment }: ImpairedLink): Promise<Helper> {
    const { near, far } = impairNames(key);
    const folder = this.folderOf(key);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // wirefilter takes its two places apart at a colon, which a locator has itself; a file with one in it is as good.
    const places: [string, string] = [join(folder, 'near'), join(folder, 'far')];
    await writeFile(places[0], `tap://${near}\n`, { mode: 0o600 });
    await writeFile(places[1], `tap://${far}\n`, { mode: 0o600 });
    const { mark, namespace } = this.networks;
    return startWirefilter(folder, places, { impairment, mark, under: namespace.words });
  }

  /** One that ends takes its link with it: begun again, or the link is led by the short way. */
  private watch(link: ImpairedLink): void {
    if (link.helper === null) return;
    this.watches.add(link.helper, () => {
      log('warn', 'wirefilter ended', { key: link.key, pid: link.helper?.pid ?? 0 });
      void this.inTurn(() => this.beginAgain(link)).catch(noted('link not impaired again'));
    });
  }

  private async beginAgain(link: ImpairedLink): Promise<void> {
    if (!this.networks.record.impaired.includes(link)) return;
    const { networkId, tap, ports, impairment } = link;
    await this.remove(link);
    const place = tap !== null ? { tap } : ports ? { ports } : null;
    const isWanted = place !== null && this.restarts.mayBeginAgain(countedAs(link));
    try {
      if (isWanted) await this.add({ networkId, ...place }, impairment);
    } finally {
      if (!this.find({ networkId, ...(place ?? { tap: '' }) }))
        this.networks.onLost(
          networkId,
          'What made a link worse ended, and the link is as good as it can be again.',
        );
    }
  }

  /** Cables are led by one set of rules, replaced at once. */
  private async applyCables(): Promise<void> {
    const cables = this.networks.record.impaired.flatMap(({ key, ports }) => (ports ? [{ key, ports }] : []));
    await this.networks.namespace.run(['nft', '-f', '-'], cableRules(cables));
  }

  private find(link: Impairable): ImpairedLink | undefined {
    return this.networks.record.impaired.find(({ networkId, tap, ports }) =>
      'tap' in link ? tap === link.tap : ports !== null && networkId === link.networkId,
    );
  }

  private freeKey(): string {
    const used = new Set(this.networks.record.impaired.map(({ key }) => key));
    let n = 0;
    while (used.has(String(n))) n += 1;
    return String(n);
  }

  private folderOf(key: string): string {
    return join(this.folder, `impair-${key}`);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.changes.then(work, work);
    this.changes = turn.catch(() => {});
    return turn;
  }
}

/** Keys are used again by other links; a tap is one card's, and a network that has ports is one cable. */
const countedAs = ({ tap, networkId }: ImpairedLink): string => tap ?? networkId;

const noted =
  (what: string) =>
  (error: unknown): void =>
    log('warn', what, { error: (error as Error).message });
