import { z } from 'zod';
import { interfaceSchema, QUICK, vectorOptions, vectorWords, type Transport } from './transport.js';

/** Sends through a tap and receives by a raw socket, which is quicker still. */
export const hybrid: Transport = {
  name: 'hybrid',
  syntax: 'vector',
  title: 'Hybrid',
  what: 'A tap interface to send by, and a raw socket on it to receive by.',
  right: 'net-raw',
  measured: '4500 to 6700 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_VECTOR',
  options: z.strictObject({ ifname: interfaceSchema, ...vectorOptions }),
  words: (options, mac) => vectorWords('hybrid', { ...QUICK, ...options }, mac),
};
