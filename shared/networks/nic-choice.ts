import { forwardText } from './forward.js';
import type { Kernel } from '../kernels/kernel.js';
import type { Link } from './nic.js';
import type { Carrier } from './network.js';
import { transports, type TransportName } from './transports/index.js';

/** What a card's cable is to do, as far as the transport depends on it. */
export type Effect = 'internet' | Carrier | 'cable' | 'tap';

/** Which transports do it, the best first. */
const candidates: Readonly<Record<Effect, readonly TransportName[]>> = {
  internet: ['vector-vde', 'legacy-vde'],
  namespace: ['tap', 'tuntap'],
  vde: ['vector-vde', 'legacy-vde'],
  cable: ['l2tpv3', 'ucast'],
  tap: ['tap', 'tuntap'],
};

/** The transport that a kernel does this with, and why it is that one; or the reason why it can't. */
export type NicChoice = { ok: true; transport: TransportName; why: string } | { ok: false; why: string };

/** Chooses by what the kernel has. One that doesn't say what it has is believed to have the vector transports. */
export function chooseTransport(
  effect: Effect,
  { transports: has, version }: Pick<Kernel, 'transports' | 'version'>,
): NicChoice {
  const wanted = candidates[effect];
  const found = wanted.find((name) => (has ?? vectorTransports).includes(name));
  if (found === undefined) {
    const titles = wanted.map((name) => `${transports[name].title} (${transports[name].kernelOption})`);
    return { ok: false, why: `kernel ${version} has neither ${titles.join(' nor ')}` };
  }
  const { title, measured } = transports[found];
  const better = wanted.slice(0, wanted.indexOf(found)).map((name) => transports[name].title);
  return {
    ok: true,
    transport: found,
    why:
      better.length === 0
        ? `${title} is the best for it: ${measured}`
        : `${title}, because kernel ${version} has no ${better.join(' and no ')}: ${measured}`,
  };
}

const vectorTransports: readonly TransportName[] = ['tap', 'hybrid', 'raw', 'gre', 'l2tpv3', 'bess'];

/** What a card is led to, in words. */
export function linkText(link: Link, networkName: (id: string) => string): string {
  switch (link.kind) {
    case 'none':
      return 'unplugged';
    case 'internet':
      return ['internet', ...link.forwards.map(forwardText)].join(', ');
    case 'network':
      return [networkName(link.networkId), ...link.forwards.map(forwardText)].join(', ');
    case 'tap':
      return `tap ${link.ifname}`;
    case 'transport':
      return transports[link.transport].title;
  }
}
