import type { Link } from './nic.js';
import { transports } from './transports/index.js';

/** Transports by which TCP from this computer comes in large pieces. */
const fromHost = new Set(['tap', 'hybrid', 'raw']);

/** What is allowed and seldom wanted in what an expert said of a card: a sentence each. */
export function transportWarnings(link: Link): string[] {
  if (link.kind !== 'transport') return [];
  const { options, transport } = link;
  const said: string[] = [];
  if (fromHost.has(transport) && options['gro'] === '0')
    said.push(
      'Without gro=1 TCP from this computer to the guest comes to a standstill, while ping and DHCP work.',
    );
  if (options['bpffile'] !== undefined)
    said.push(
      'The filter of bpffile decides alone what reaches the guest; a wrong one takes it off the network.',
    );
  if (options['bpfflash'] === '1')
    said.push(
      'With bpfflash=1 root in the guest replaces the filter, and with it what this computer lets through.',
    );
  if (transports[transport].syntax === 'legacy')
    said.push(
      'Kernels from 6.16 on have none of the older transports; “paddock network translate” says what becomes of it.',
    );
  return said;
}
