import { z } from 'zod';
import { legacyWords, pathSchema, type Transport } from './transport.js';

/** The old slirp program over a serial line's protocol: no addresses by DHCP, no ping. */
export const slirp: Transport = {
  name: 'slirp',
  syntax: 'legacy',
  title: 'Slirp program (older)',
  what: 'The program slirp, which knows IP only: no DHCP and no ping.',
  right: 'none',
  measured: '190 to 430 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_SLIRP',
  options: z.strictObject({ program: pathSchema }),
  words: ({ program }) => legacyWords('slirp', '', program),
};
