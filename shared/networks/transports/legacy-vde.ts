import { z } from 'zod';
import { legacyWords, wordSchema, type Transport } from './transport.js';

/** Any network of VDE's, by its locator or the path of a switch. The kernel runs vde_plug for it. */
export const legacyVde: Transport = {
  name: 'legacy-vde',
  syntax: 'legacy',
  title: 'VDE (older)',
  what: 'A VDE network: slirp:// for the internet, the path of a switch.',
  right: 'none',
  measured: '230 to 620 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_VDE',
  options: z.strictObject({ vnl: wordSchema }),
  words: ({ vnl }, mac) => legacyWords('vde', vnl, mac),
};
