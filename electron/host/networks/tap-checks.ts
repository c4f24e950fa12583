import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { failure } from '@shared/errors/paddock-error.js';

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

function setting(ifname: string, name: string): string | null {
  try {
    return readFileSync(`/sys/class/net/${ifname}/${name}`, 'utf8').trim();
  } catch {
    return null;
  }
}
