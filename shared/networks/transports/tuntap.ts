import { z } from 'zod';
import { interfaceSchema, legacyWords, type Transport } from './transport.js';

/** The older driver on a tap interface. */
export const tuntap: Transport = {
  name: 'tuntap',
  syntax: 'legacy',
  title: 'TUN/TAP (older)',
  what: 'A tap interface of this computer, by the older driver.',
  right: 'tap',
  measured: '1300 to 1400 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_TUNTAP',
  options: z.strictObject({ ifname: interfaceSchema }),
  words: ({ ifname }, mac) => legacyWords('tuntap', ifname, mac),
};
