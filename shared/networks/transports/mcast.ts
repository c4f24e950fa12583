import { z } from 'zod';
import { legacyWords, numberSchema, portSchema, type Transport } from './transport.js';

/** Ethernet in multicast UDP: all machines of one group are on one wire. */
export const mcast: Transport = {
  name: 'mcast',
  syntax: 'legacy',
  title: 'Multicast (older)',
  what: 'A multicast group that stands for a wire; this computer needs a route for it.',
  right: 'none',
  measured: '460 to 560 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_MCAST',
  options: z.strictObject({
    group: z
      .ipv4()
      .refine((text) => /^2(2[4-9]|3\d)\./.test(text), 'a multicast address is 224.0.0.0 to 239.255.255.255'),
    port: portSchema,
    ttl: numberSchema.optional(),
  }),
  words: ({ group, port, ttl }, mac) => legacyWords('mcast', mac, group, port, ttl ?? '1'),
};
