import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endianness, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { HostTap } from '@shared/networks/host-setup.js';
import type { Subnet } from '@shared/networks/ipv4.js';
import { runProgram } from '../platform/run-program.js';

const FOLDER = '/sys/class/net';

/** What the kernel says of an interface by a file of its own; null when it says nothing, or there is none. */
export function interfaceFact(ifname: string, fact: string): string | null {
  try {
    return readFileSync(join(FOLDER, ifname, fact), 'utf8').trim();
  } catch {
    return null;
  }
}

/** True when this computer has an interface of that name. */
export const hasInterface = (ifname: string): boolean => existsSync(join(FOLDER, ifname));

/** True when it is a bridge. */
export const isBridge = (ifname: string): boolean => existsSync(join(FOLDER, ifname, 'bridge'));

/** True when it is a radio: one can't be in a bridge, as the access point takes frames of its own address only. */
export const isWireless = (ifname: string): boolean =>
  existsSync(join(FOLDER, ifname, 'wireless')) || existsSync(join(FOLDER, ifname, 'phy80211'));

/** The bridge that it is in. */
export function bridgeOf(ifname: string): string | null {
  try {
    return basename(readlinkSync(join(FOLDER, ifname, 'master')));
  } catch {
    return null;
  }
}

/** As ip(8) says it; Node leaves out interfaces without a carrier, such as a tap that no machine has open. */
const addressesSchema = z.array(
  z.object({
    ifname: z.string(),
    addr_info: z.array(z.object({ local: z.string(), prefixlen: z.int(), scope: z.string() })),
  }),
);

/** The addresses of all interfaces, each with its range. */
export async function hostAddresses(): Promise<Map<string, string[]>> {
  const said = await runProgram(['ip', '-json', 'address', 'show'], { timeoutMs: 5000 });
  return new Map(
    addressesSchema.parse(JSON.parse(said)).map(({ ifname, addr_info }) => [
      ifname,
      // Every interface that is up gives itself one that counts on its own wire only.
      addr_info
        .filter(({ scope }) => scope !== 'link')
        .map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    ]),
  );
}

/** The ranges that this computer sends somewhere of their own: its interfaces' and others that it has routes to. */
export function hostRanges(): { ifname: string; range: Subnet }[] {
  return readFileSync('/proc/net/route', 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [ifname = '', to = '', , , , , , mask = ''] = line.split('\t');
      const size = 2 ** 32 - bits(mask);
      // The default route is a way to everything, which clashes with nothing.
      if (ifname === '' || size === 2 ** 32) return [];
      return [{ ifname, range: { first: bits(to), prefix: 32 - Math.round(Math.log2(size)) } }];
    });
}

/** An address as /proc/net/route has it: the bytes of the network's order, read as this computer's. */
function bits(hex: string): number {
  const bytes = Buffer.from(hex.padStart(8, '0'), 'hex');
  return endianness() === 'LE' ? bytes.readUInt32LE() : bytes.readUInt32BE();
}

/** All taps of this computer. */
export async function hostTaps(): Promise<HostTap[]> {
  const { uid } = userInfo();
  const addresses = await hostAddresses();
  return readdirSync(FOLDER)
    .filter((ifname) => (Number(interfaceFact(ifname, 'tun_flags') ?? 0) & IFF_TAP) !== 0)
    .sort()
    .map((ifname) => {
      const owner = Number(interfaceFact(ifname, 'owner'));
      return {
        ifname,
        owner: owner === uid ? 'you' : owner === -1 ? 'nobody' : 'other',
        isBusy: interfaceFact(ifname, 'carrier') === '1',
        isUp: (Number(interfaceFact(ifname, 'flags')) & IFF_UP) !== 0,
        addresses: addresses.get(ifname) ?? [],
        bridge: bridgeOf(ifname),
      };
    });
}

/** linux/if_tun.h, linux/if.h. */
const IFF_TAP = 2;
const IFF_UP = 1;
