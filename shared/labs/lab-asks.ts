import { LOOPBACK, parseForward } from '../networks/forward.js';
import type { LabFile } from './lab-file.js';

/**
 * What a lab asks of this computer beyond machines that are shut in, a sentence each; none for most labs. A lab file may
 * come from anybody, and what it runs in its guests is harmless only as long as they reach nothing here.
 */
export function labAsks({ machines, networks }: LabFile): string[] {
  const asks: string[] = [];
  for (const [name, network] of Object.entries(networks))
    if (network['reach-host'])
      asks.push(`Machines on ${name} reach programs that listen on 127.0.0.1 of this computer.`);
  for (const [name, { cards }] of Object.entries(machines)) {
    if (cards.some((card) => card['reach-host']))
      asks.push(`${name} reaches programs that listen on 127.0.0.1 of this computer.`);
    for (const text of cards.flatMap(({ forwards }) => forwards)) {
      const forward = parseForward(text);
      if (forward && forward.hostAddress !== LOOPBACK)
        asks.push(
          `Port ${forward.hostPort} of ${forward.hostAddress} leads into ${name}: others reach it, too.`,
        );
    }
  }
  return asks;
}
