import { z } from 'zod';
import { interfaceSchema, QUICK, vectorOptions, vectorWords, type Transport } from './transport.js';

/** Frames through a tap interface: the quickest way to this computer. One machine a tap. */
export const tap: Transport = {
  name: 'tap',
  syntax: 'vector',
  title: 'Tap',
  what: 'A tap interface of this computer or of a network of Paddock’s.',
  right: 'tap',
  measured: '2500 to 5500 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_VECTOR',
  options: z.strictObject({ ifname: interfaceSchema, ...vectorOptions }),
  words: (options, mac) => vectorWords('tap', { ...QUICK, ...options }, mac),
};
