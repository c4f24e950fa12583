import { z } from 'zod';
import { interfaceSchema, QUICK, vectorOptions, vectorWords, type Transport } from './transport.js';

/** A raw socket on an interface: the guest sits on that wire, beside this computer. */
export const raw: Transport = {
  name: 'raw',
  syntax: 'vector',
  title: 'Raw socket',
  what: 'A raw socket on an interface, best on one end of a veth pair.',
  right: 'net-raw',
  measured: '4100 to 6000 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_VECTOR',
  options: z.strictObject({ ifname: interfaceSchema, ...vectorOptions }),
  words: (options, mac) => vectorWords('raw', { ...QUICK, ...options }, mac),
};
