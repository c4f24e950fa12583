import { z } from 'zod';
import { legacyWords, pathSchema, type Transport } from './transport.js';

/** uml_switch's own protocol. The switch must run before the machine does (facts/networking 0.8). */
export const daemon: Transport = {
  name: 'daemon',
  syntax: 'legacy',
  title: 'Switch daemon (older)',
  what: 'A uml_switch that listens on a socket.',
  right: 'none',
  measured: '310 to 350 Mbit/s',
  kernelOption: 'CONFIG_UML_NET_DAEMON',
  options: z.strictObject({ socket: pathSchema }),
  words: ({ socket }, mac) => legacyWords('daemon', mac, 'unix', socket),
};
