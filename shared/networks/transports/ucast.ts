import { z } from 'zod';
import { legacyWords, portSchema, type Transport } from './transport.js';

/** Ethernet in UDP to one other. */
export const ucast: Transport = {
  name: 'ucast',
  syntax: 'legacy',
  title: 'UDP cable (older)',
  what: 'UDP between two ports, for two machines.',
  right: 'none',
  measured: '1350 to 1540 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_MCAST',
  options: z.strictObject({ address: z.ipv4(), listen: portSchema, remote: portSchema }),
  words: ({ address, listen, remote }, mac) => legacyWords('ucast', mac, address, listen, remote),
};
