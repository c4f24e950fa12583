import { readlinkSync } from 'node:fs';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { downScript, isThereScript, renewScript, upScript } from '@shared/networks/guest-plug.js';
import { isSameTarget, type Link, type Nic } from '@shared/networks/nic.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { log } from '../platform/log.js';
import type { Attachment } from './network-record.js';
import type { NetworkService } from './network-service.js';
import type { NicService } from './nic-service.js';

/** A machine that runs, as far as its cards can be changed. */
export interface RunningMachine {
  spec: VmSpec;
  pid: number;
  kernel: Kernel;
  /** Gives a command to its management console. Throws Failure mconsole-failed. */
  say(command: string): Promise<string>;
  /** Runs a script in its guest; its exit code, or null where nobody answers there. */
  run(script: string): Promise<number | null>;
  /** Its kernel starts programs from now on, which must not be left over. */
  startsHelpers(): void;
}

const UNPLUGGED: Link = { kind: 'none' };

/**
 * Changes the cards of machines that run. In the namespace a cable is moved from bridge to bridge and the guest's card
 * stays; everywhere else the card is taken out of the kernel and put in again. "OK" of the kernel proves nothing
 * (facts/networking 0.6), so each time it is asked once more: what is there can't come again, what is gone can't go.
 */
export class LivePlug {
  constructor(
    private readonly networks: NetworkService,
    private readonly nics: NicService,
  ) {}

  /** Brings its cards to what its settings say, one after the other; the first failure is thrown when all were tried. */
  change(machine: RunningMachine): Promise<void> {
    return this.networks.live.exclusively(() => this.changeNow(machine));
  }

  private async changeNow(machine: RunningMachine): Promise<void> {
    const { id, nics } = machine.spec;
    const { live } = this.networks;
    const cards = (live.record.machines[id] ??= []);
    const units = new Set([...nics.map(({ unit }) => unit), ...cards.map(({ unit }) => unit)]);
    const touched = new Set(cards.flatMap(({ networkId }) => networkId ?? []));
    let failed: unknown = null;
    for (const unit of [...units].sort((a, b) => a - b)) {
      const nic = nics.find((one) => one.unit === unit);
      const card = cards.find((one) => one.unit === unit);
      try {
        await this.changeCard(machine, cards, nic, card);
      } catch (error) {
        failed ??= error;
      }
    }
    for (const { networkId } of cards) if (networkId) touched.add(networkId);
    for (const networkId of touched)
      if (this.networks.runningOn(networkId).length > 0) await this.nics.settle(networkId);
      else await this.networks.downIfUnused(networkId);
    if (cards.length === 0) delete live.record.machines[id];
    await live.endIfUnused();
    await live.save();
    if (failed !== null) throw failed;
  }

  private async changeCard(
    machine: RunningMachine,
    cards: Attachment[],
    nic: Nic | undefined,
    card: Attachment | undefined,
  ): Promise<void> {
    const link = nic?.link ?? UNPLUGGED;
    if (card && nic && isSameTarget(card.link, link)) {
      await this.nics.changeForwards(machine.spec.id, card, link);
      card.link = link;
      return;
    }
    if (card?.tap != null && (await this.canMove(link))) {
      await this.moveCable(machine, card, link);
      if (nic === undefined) await this.takeOut(machine, cards, card);
      return;
    }
    if (card) await this.takeOut(machine, cards, card);
    if (nic && link.kind !== 'none') await this.putIn(machine, cards, nic);
  }

  /** True where a tap can be led: nowhere, or to a network of the namespace. Switches that on. */
  private async canMove(link: Link): Promise<boolean> {
    if (link.kind === 'none') return true;
    if (link.kind !== 'network') return false;
    const wasOn = this.networks.live.record.networks[link.networkId] !== undefined;
    await this.networks.up(link.networkId);
    const isMovable = this.networks.live.record.networks[link.networkId]?.carrier === 'namespace';
    if (!isMovable && !wasOn) await this.networks.downIfUnused(link.networkId);
    return isMovable;
  }

  private async moveCable(machine: RunningMachine, card: Attachment, link: Link): Promise<void> {
    const { live } = this.networks;
    const networkId = link.kind === 'network' ? link.networkId : null;
    const tap = card.tap ?? '';
    await this.endLink(machine, card);
    await live.moveTap(tap, networkId);
    card.networkId = networkId;
    card.link = link;
    if (link.kind !== 'network') return;
    await this.nics.settle(link.networkId);
    await this.nics.openForwards(link.forwards, card);
    await live.applyRules();
    await this.networks.impairPlugged(link.networkId, machine.spec.id, card);
    await machine.run(renewScript(card.device));
  }

  /** What belonged to a link that a card leaves: forwards, captures, and what made it worse. */
  private async endLink(machine: RunningMachine, card: Attachment): Promise<void> {
    await this.nics.beforeUnplug(machine.spec.id, card.unit);
    await this.nics.closeForwards(card);
    if (card.networkId !== null && card.tap !== null)
      await this.networks.live.impairer.set({ networkId: card.networkId, tap: card.tap }, null);
  }

  /** Takes a card out of a kernel that runs. Throws Failure nic-open. */
  private async takeOut(machine: RunningMachine, cards: Attachment[], card: Attachment): Promise<void> {
    const { device } = card;
    const { name, id } = machine.spec;
    await machine.run(downScript(device));
    const refused = await refusal(machine.say(`remove ${device}`));
    // Asked again it says that there is none: only that proves that it is gone.
    const again = refused === null ? await refusal(machine.say(`remove ${device}`)) : refused;
    if (again === null || !/doesn't exist/.test(again)) throw failure('nic-open', { name, device });
    await this.nics.beforeUnplug(id, card.unit);
    cards.splice(cards.indexOf(card), 1);
    await this.nics.takeAway(id, card);
  }

  /** Puts a card into a kernel that runs. Throws Failure nic-later, nic-absent, and what a start throws. */
  private async putIn(machine: RunningMachine, cards: Attachment[], nic: Nic): Promise<void> {
    const { spec, kernel } = machine;
    const { networks, nics } = this;
    const isIn = this.isInNamespace(machine.pid);
    const needs = await this.needsNamespace(nic.link);
    if (needs && !isIn)
      throw failure('nic-later', {
        name: spec.name,
        device: `Card ${nic.unit}`,
        why: 'it was started outside the namespace of Paddock’s networks',
      });
    await nics.checkNic(spec, nic, kernel, await networks.facts());
    const before = cards.length;
    try {
      const word = await nics.plugOne(spec, nic, kernel, cards, isIn);
      const card = cards.at(-1);
      if (word === null || !card || cards.length === before) return;
      if (card.transport.endsWith('vde') || card.transport === 'slirp') machine.startsHelpers();
      if (card.networkId !== null) await nics.settle(card.networkId);
      await this.configure(machine, card, word);
      await machine.run(upScript(card.device));
    } catch (error) {
      for (const card of cards.splice(before)) await nics.takeAway(spec.id, card);
      throw error;
    }
  }

  private async configure(machine: RunningMachine, card: Attachment, word: string): Promise<void> {
    const { name } = machine.spec;
    const { device } = card;
    await machine.say(`config ${word}`);
    // What is there can't be configured again; where nothing came of it, it is tried anew and "OK" once more.
    const again = await refusal(machine.say(`config ${word}`));
    const isThere = again !== null && /already configured/.test(again);
    const inGuest = isThere ? await machine.run(isThereScript(device)) : 1;
    if (inGuest === 0 || (inGuest === null && isThere)) return;
    if (isThere) await refusal(machine.say(`remove ${device}`));
    throw failure('nic-absent', { name, device });
  }

  private async needsNamespace(link: Link): Promise<boolean> {
    if (link.kind !== 'network') return false;
    const spec = this.networks.get(link.networkId);
    const facts = await this.networks.facts();
    if (spec.kind === 'cable') return facts.namespaces === null;
    const carrier =
      this.networks.live.record.networks[spec.id]?.carrier ?? this.networks.carrierOf(spec, facts);
    return carrier === 'namespace';
  }

  private isInNamespace(pid: number): boolean {
    const { namespace } = this.networks.live;
    if (!namespace.isUp || namespace.holder === null) return false;
    try {
      return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync(`/proc/${namespace.holder.pid}/ns/net`);
    } catch (error) {
      log('warn', 'network namespace not known', { pid, error: (error as Error).message });
      return false;
    }
  }
}

/** What a command was refused with; null when it was not. */
async function refusal(said: Promise<string>): Promise<string | null> {
  try {
    await said;
    return null;
  } catch (error) {
    if (error instanceof Failure && error.error.code === 'mconsole-failed') return error.message;
    throw error;
  }
}
