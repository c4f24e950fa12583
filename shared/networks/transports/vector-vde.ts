import { z } from 'zod';
import { vectorOptions, vectorWords, wordSchema, type Transport } from './transport.js';

/** Any network of VDE's, by its locator. No configuration tells whether a kernel has it: those from 6.12 on do. */
export const vectorVde: Transport = {
  name: 'vector-vde',
  syntax: 'vector',
  title: 'VDE',
  what: 'A VDE network: slirp:// for the internet, vde:///PATH for a switch.',
  right: 'none',
  measured: '200 to 600 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_VECTOR',
  since: '6.12',
  options: z.strictObject({ vnl: wordSchema, ...vectorOptions }),
  words: (options, mac) => vectorWords('vde', { depth: '128', ...options }, mac),
};
