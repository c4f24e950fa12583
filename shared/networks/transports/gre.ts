import { z } from 'zod';
import {
  addressSchema,
  numberSchema,
  switchSchema,
  vectorOptions,
  vectorWords,
  type Transport,
} from './transport.js';

/** Ethernet in GRE, to another UML or to a gretap interface of another host. */
export const gre: Transport = {
  name: 'gre',
  syntax: 'vector',
  title: 'GRE tunnel',
  what: 'A GRE tunnel to another machine or host.',
  right: 'net-raw',
  measured: '1500 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_VECTOR',
  options: z.strictObject({
    src: addressSchema,
    dst: addressSchema,
    rx_key: numberSchema.optional(),
    tx_key: numberSchema.optional(),
    v6: switchSchema.optional(),
    ...vectorOptions,
  }),
  words: (options, mac) => vectorWords('gre', { depth: '128', ...options }, mac),
};
