import { z } from 'zod';

/** An IPv4 address in dots, without leading zeros. */
export const ipv4Schema = z.ipv4();

/** The 32 bits of an address that `ipv4Schema` takes. */
export function ipv4Number(address: string): number {
  return address.split('.').reduce((all, part) => all * 256 + Number(part), 0);
}

/** An address of its 32 bits. */
export function ipv4Text(bits: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
}

/** A range of addresses: its first one, and how many bits of it are fixed. */
export interface Subnet {
  first: number;
  prefix: number;
}

/** How many addresses there are in a subnet, those of the network itself and of the broadcast among them. */
export const subnetSize = ({ prefix }: Subnet): number => 2 ** (32 - prefix);

/** Reads `10.77.1.0/24`; null when it is none, or its address isn't the first one of its range. */
export function parseSubnet(text: string): Subnet | null {
  const [, address = '', prefixText = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const prefix = Number(prefixText);
  if (!ipv4Schema.safeParse(address).success || prefixText === '' || prefix > 32) return null;
  const subnet = { first: ipv4Number(address), prefix };
  return subnet.first % subnetSize(subnet) === 0 ? subnet : null;
}

/** The opposite of `parseSubnet`. */
export const subnetText = ({ first, prefix }: Subnet): string => `${ipv4Text(first)}/${prefix}`;

/** True when an address is in a subnet. */
export function isInSubnet(subnet: Subnet, address: string): boolean {
  const offset = ipv4Number(address) - subnet.first;
  return offset >= 0 && offset < subnetSize(subnet);
}

/** True when there is an address that is in both. */
export function overlap(a: Subnet, b: Subnet): boolean {
  return a.first < b.first + subnetSize(b) && b.first < a.first + subnetSize(a);
}

/** The address so far behind the first one of a subnet. */
export const addressAt = (subnet: Subnet, offset: number): string => ipv4Text(subnet.first + offset);

/** The subnet that an interface with this address and netmask is in. */
export function subnetOf(address: string, netmask: string): Subnet {
  const size = 2 ** 32 - ipv4Number(netmask);
  const bits = ipv4Number(address);
  return { first: bits - (bits % size), prefix: 32 - Math.round(Math.log2(size)) };
}
