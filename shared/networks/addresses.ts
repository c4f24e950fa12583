import { addressAt, isInSubnet, parseSubnet, subnetSize } from './ipv4.js';
import type { SwitchSpec } from './network.js';

/** Offset of the gateway, which is where the namespace itself is on the network. */
const GATEWAY = 1;
/** Cards of Paddock's machines get addresses from here on ... */
const FIRST_CARD = 10;

/** The gateway of a network: its first address. */
export function gatewayOf(subnetText: string): string {
  const subnet = parseSubnet(subnetText);
  if (subnet === null) throw new TypeError(`not a subnet: ${subnetText}`);
  return addressAt(subnet, GATEWAY);
}

/** ... and cards that nobody told Paddock of get the last quarter. Both ends are in it. */
export function strangerRange(subnetText: string): { from: string; to: string } {
  const subnet = parseSubnet(subnetText);
  if (subnet === null) throw new TypeError(`not a subnet: ${subnetText}`);
  const size = subnetSize(subnet);
  return { from: addressAt(subnet, size - Math.floor(size / 4)), to: addressAt(subnet, size - 2) };
}

/**
 * The addresses of a network with one for each of these cards, too: those that were given stay, unless they are of
 * another subnet. null when there is no room.
 */
export function withAddresses(
  { subnet: subnetWords, addresses }: Pick<SwitchSpec, 'subnet' | 'addresses'>,
  macs: readonly string[],
): Record<string, string> | null {
  const subnet = parseSubnet(subnetWords);
  if (subnet === null) throw new TypeError(`not a subnet: ${subnetWords}`);
  const kept = Object.fromEntries(
    Object.entries(addresses).filter(([, address]) => isInSubnet(subnet, address)),
  );
  const used = new Set(Object.values(kept));
  const size = subnetSize(subnet);
  const last = size - Math.floor(size / 4) - 1;
  let offset = Math.min(FIRST_CARD, GATEWAY + 1 + Math.floor(size / 8));
  for (const mac of macs) {
    if (kept[mac] !== undefined) continue;
    while (offset <= last && used.has(addressAt(subnet, offset))) offset += 1;
    if (offset > last) return null;
    const address = addressAt(subnet, offset);
    kept[mac] = address;
    used.add(address);
  }
  return kept;
}

/** The first of Paddock's ranges, 10.77.N.0/24, that none of these subnets touches. */
export function freeSubnet(isTaken: (subnetWords: string) => boolean): string {
  for (let n = 1; n < 255; n += 1) if (!isTaken(`10.77.${n}.0/24`)) return `10.77.${n}.0/24`;
  return '10.77.255.0/24';
}
