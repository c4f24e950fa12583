import { z } from 'zod';
import {
  addressSchema,
  numberSchema,
  portSchema,
  switchSchema,
  vectorOptions,
  vectorWords,
  type Transport,
} from './transport.js';

/**
 * Ethernet in L2TPv3, over UDP or over IP itself. Cookies are not among its options: with them the guest panics when the
 * interface comes up (facts/networking 0.5), although the kernel's documentation shows them.
 */
export const l2tpv3: Transport = {
  name: 'l2tpv3',
  syntax: 'vector',
  title: 'L2TPv3 tunnel',
  what: 'An L2TPv3 tunnel to another machine or host; over UDP an ordinary user may open one.',
  right: 'none',
  measured: '1300 Mbit/s, with an MTU of 9000 2500 to 3600',
  kernelOption: 'CONFIG_UML_NET_VECTOR',
  options: z.strictObject({
    src: addressSchema,
    dst: addressSchema,
    udp: switchSchema.optional(),
    srcport: portSchema.optional(),
    dstport: portSchema.optional(),
    rx_session: numberSchema,
    tx_session: numberSchema,
    counter: switchSchema.optional(),
    v6: switchSchema.optional(),
    ...vectorOptions,
  }),
  words: (options, mac) => vectorWords('l2tpv3', { depth: '128', ...options }, mac),
};
