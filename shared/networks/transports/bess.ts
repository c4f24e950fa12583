import { z } from 'zod';
import { pathSchema, QUICK, vectorOptions, vectorWords, type Transport } from './transport.js';

/** A SOCK_SEQPACKET socket that somebody else listens on. */
export const bess: Transport = {
  name: 'bess',
  syntax: 'vector',
  title: 'BESS socket',
  what: 'A socket of packets that a switch such as BESS, or slirp4netns, listens on.',
  right: 'none',
  measured: '460 to 2000 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_VECTOR',
  options: z.strictObject({ dst: pathSchema, src: pathSchema.optional(), ...vectorOptions }),
  words: (options, mac) => vectorWords('bess', { ...QUICK, ...options }, mac),
};
