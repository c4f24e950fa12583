import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unimpaired, type Impairment } from '@shared/networks/impairment.js';
import type { Link } from '@shared/networks/nic.js';
import { slirpLocator } from '@shared/networks/vde-plan.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { FdEvents } from '../platform/fd-events.js';
import { log } from '../platform/log.js';
import { isAlive } from '../platform/processes.js';
import { endHelper, type Helper } from './helper-process.js';
import { HelperWatches } from './helper-watches.js';
import type { Attachment } from './network-record.js';
import type { NetworkService } from './network-service.js';
import { RestartLimit } from './restart-limit.js';
import { plugSlirp, startSwitch, vdeFolder } from './vde-switch.js';
import { startWirefilter } from './wirefilter.js';

type InternetLink = Extract<Link, { kind: 'internet' }>;

/**
 * The programs of single cards: a switch of its own, with a way into the internet or a filter to a network's switch. One
 * that ends is begun again where the kernel's end holds, and its machine is told what it lost.
 */
export class CardHelpers {
  private readonly watches: HelperWatches;
  private readonly restarts = new RestartLimit();

  constructor(
    private readonly networks: NetworkService,
    private readonly folder: string,
    private readonly events: FdEvents,
  ) {
    this.watches = new HelperWatches(events);
  }

  /** Watches what an earlier host started. */
  goOn(): void {
    for (const [id, cards] of Object.entries(this.networks.live.record.machines))
      for (const card of cards) for (const helper of card.helpers) this.watch(id as VmId, card, helper);
  }

  /** Where a card with programs of its own is plugged in. */
  socketsOf(id: VmId, card: Pick<Attachment, 'unit'>): string {
    return vdeFolder(this.folderOf(id, card));
  }

  /** A way into the internet that is a program of ours, behind a switch: it may be another one while the card stays. */
  async startSlirp(id: VmId, card: Attachment, link: InternetLink): Promise<void> {
    for (const helper of card.helpers.splice(1)) await this.end(helper);
    if (card.helpers.length === 0) await this.startSwitch(id, card);
    await this.plugSlirp(id, card, link);
    card.forwards = link.forwards.map((forward) => ({ forward, slirpId: null, entryPort: null }));
  }

  /** A switch of its own, and a filter from there to the network's: what is plugged in stays when that is changed. */
  async startWire(id: VmId, card: Attachment, impairment: Impairment): Promise<void> {
    await this.startSwitch(id, card);
    await this.plugWire(id, card, impairment);
  }

  /** Ends those of a card, the last one first. */
  async takeAway(id: VmId, card: Attachment): Promise<void> {
    if (card.helpers.length === 0) return;
    for (const helper of card.helpers.toReversed()) await this.end(helper);
    this.restarts.forget(keyOf(id, card));
    await rm(this.folderOf(id, card), { recursive: true, force: true });
  }

  private async startSwitch(id: VmId, card: Attachment): Promise<void> {
    this.keep(id, card, await startSwitch(this.folderOf(id, card), this.networks.live.mark));
  }

  private async plugSlirp(id: VmId, card: Attachment, link: InternetLink): Promise<void> {
    const locator = slirpLocator(link.forwards, link.reachesHost);
    this.keep(id, card, await plugSlirp(locator, this.folderOf(id, card), this.networks.live.mark));
  }

  private async plugWire(id: VmId, card: Attachment, impairment: Impairment): Promise<void> {
    const { live } = this.networks;
    const there = vdeFolder(live.folderOf(card.networkId ?? ''));
    const places: [string, string] = [this.socketsOf(id, card), there];
    const how = { impairment, mark: live.mark };
    this.keep(id, card, await startWirefilter(this.folderOf(id, card), places, how));
  }

  private keep(id: VmId, card: Attachment, helper: Helper): void {
    card.helpers.push(helper);
    this.watch(id, card, helper);
  }

  private async end(helper: Helper): Promise<void> {
    this.watches.remove(helper);
    await endHelper(this.events, helper);
  }

  private watch(id: VmId, card: Attachment, helper: Helper): void {
    const { live } = this.networks;
    this.watches.add(
      helper,
      () =>
        void live
          .exclusively(() => this.ended(id, card, helper))
          .catch((error: Error) =>
            log('error', 'helper of a card not begun again', { id, error: error.message }),
          ),
    );
  }

  private async ended(id: VmId, card: Attachment, helper: Helper): Promise<void> {
    const { live } = this.networks;
    if (!live.record.machines[id]?.includes(card) || !card.helpers.includes(helper)) return;
    log('warn', 'a helper of a card ended', { id, unit: card.unit, helper: helper.name });
    const name = `Card ${card.unit}`;
    const lost = (text: string): void => this.networks.tellMachine(id, text);
    if (helper.name === 'vde_switch')
      return lost(
        `${name} lost its switch: vde_switch ended. Unplug it and plug it in again, or restart the machine.`,
      );
    // The others end with the switch, of which is told already.
    const [own] = card.helpers;
    if (!own || !isAlive(own)) return;
    const { what, again } = this.wayOn(id, card);
    if (!this.restarts.mayBeginAgain(keyOf(id, card)))
      return lost(`${name} lost ${what}: ${helper.name} ends again and again. Restart the machine.`);
    try {
      card.helpers.splice(card.helpers.indexOf(helper), 1);
      await again();
      await live.save();
      lost(
        `${name} lost ${what} for a moment: ${helper.name} ended, and was begun again. Connections that went by it are lost.`,
      );
    } catch (error) {
      lost(
        `${name} lost ${what}: ${helper.name} ended, and did not begin again: ${(error as Error).message}`,
      );
    }
  }

  /** What a card's switch leads to, and how that is begun again. */
  private wayOn(id: VmId, card: Attachment): { what: string; again: () => Promise<void> } {
    const { link, networkId } = card;
    if (link.kind === 'internet')
      return { what: 'its way into the internet', again: () => this.plugSlirp(id, card, link) };
    const impairment = networkId === null ? null : this.networks.impairmentOf(networkId, card.mac);
    return {
      what: 'its way to its network',
      again: () => this.plugWire(id, card, impairment ?? unimpaired),
    };
  }

  private folderOf(id: VmId, { unit }: Pick<Attachment, 'unit'>): string {
    return join(this.folder, `${id}-${unit}`);
  }
}

const keyOf = (id: VmId, { unit }: Attachment): string => `${id}-${unit}`;
