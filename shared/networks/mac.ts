import { z } from 'zod';

/**
 * A network card's address, in small letters. Its first byte is even, which makes it one of a single card; UML takes a
 * random one when a switch or bridge would not (`is_valid_ether_addr`, include/linux/etherdevice.h).
 */
export const macSchema = z.string().regex(/^[\da-f][02468ace](:[\da-f]{2}){5}$/);

/** An address of Paddock's: 02 says that nobody assigned it (IEEE 802, locally administered). Of three random bytes. */
export function macOf(random: readonly number[]): string {
  const rest = [0x50, 0x44, ...random.slice(0, 3)];
  return ['02', ...rest.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
