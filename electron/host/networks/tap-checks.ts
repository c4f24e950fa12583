import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { failure } from '@shared/errors/paddock-error.js';
import type { Nic } from '@shared/networks/nic.js';
import type { NetworkedMachine } from './network-service.js';

/** A tap of this computer that this user may use, and nobody uses now. Throws Failure nic-tap. */
export async function checkTap(ifname: string): Promise<void> {
  const { username, uid } = userInfo();
  const make = `Run as root: ip tuntap add dev ${ifname} mode tap user ${username} && ip link set ${ifname} up`;
  const refuse = (why: string, fix: string): never => {
    throw failure('nic-tap', { ifname, why, fix });
  };
  const flags = setting(ifname, 'tun_flags');
  if (setting(ifname, 'ifindex') === null) refuse('there is none', make);
  if (flags === null) return refuse('it is an interface of another kind', 'Choose a tap.');
  // IFF_TAP (linux/if_tun.h); a tun has packets without Ethernet.
  if ((Number(flags) & 2) === 0) refuse('it is a tun, which has no Ethernet', 'Make one of mode tap.');
  const owner = setting(ifname, 'owner');
  if (uid !== 0 && owner === '-1')
    refuse(
      'it belongs to nobody, so that every user could take it',
      `Run as root: ip link del ${ifname}. Then: ${make}`,
    );
  if (uid !== 0 && Number(owner) !== uid) refuse('it belongs to another user', 'Make one of your own.');
  // A tap that somebody has open has a carrier (drivers/net/tun.c); one that is down can't say.
  if (setting(ifname, 'carrier') === '1') refuse('another program has it open', 'Stop that one first.');
}

/** The tap of this computer that a card has open while its machine runs. */
function tapOf({ link }: Nic): string | null {
  if (link.kind === 'tap') return link.ifname;
  const isTap = link.kind === 'transport' && link.transport !== 'raw';
  return isTap ? (link.options['ifname'] ?? null) : null;
}

/**
 * No two cards are on one tap. The tap itself can't say so yet: a guest opens it when it switches its card on, long after
 * its machine was started. Throws Failure nic-tap.
 */
export function checkTapsApart(
  mine: NetworkedMachine,
  machines: readonly NetworkedMachine[],
  running: ReadonlySet<string>,
): void {
  const holders = new Map<string, string>();
  for (const { id, name, nics } of machines)
    if (id !== mine.id && running.has(id))
      for (const nic of nics) {
        const ifname = tapOf(nic);
        if (ifname !== null) holders.set(ifname, name);
      }
  for (const nic of mine.nics) {
    const ifname = tapOf(nic);
    if (ifname === null) continue;
    const holder = holders.get(ifname);
    if (holder !== undefined)
      throw failure('nic-tap', {
        ifname,
        why: `${holder} has it`,
        fix: 'Stop that machine, or make another tap.',
      });
    holders.set(ifname, 'another card of the machine');
  }
}

function setting(ifname: string, name: string): string | null {
  try {
    return readFileSync(`/sys/class/net/${ifname}/${name}`, 'utf8').trim();
  } catch {
    return null;
  }
}
