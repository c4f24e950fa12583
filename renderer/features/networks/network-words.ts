import { carrierWords, whyNotCarrier } from '@shared/networks/carrier-choice.js';
import type { NetworkFacts } from '@shared/networks/network-facts.js';
import { parseSubnet } from '@shared/networks/ipv4.js';
import { networkNameSchema, subnetSchema, type Carrier, type NetworkView } from '@shared/networks/network.js';
import type { Link } from '@shared/networks/nic.js';
import { transports } from '@shared/networks/transports/index.js';
import { plural } from '../../lib/format.js';

/** Networks by name. */
export function inOrder(networks: Readonly<Record<string, NetworkView>>): NetworkView[] {
  return Object.values(networks).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** What a network is, in a word or two. */
export function kindText({ kind, internet }: NetworkView): string {
  if (kind === 'cable') return 'cable';
  return internet ? 'switch, internet' : 'switch';
}

/** What carries it now, or what would. */
export function carrierText({ carrier, wantedCarrier, kind }: NetworkView): string {
  if (carrier === 'cable') return 'UDP between two ports of 127.0.0.1';
  if (carrier !== null) return carrierWords[carrier].what;
  if (kind === 'cable') return 'decided when a machine starts on it';
  return wantedCarrier === null
    ? 'the best there is, when a machine starts on it'
    : carrierWords[wantedCarrier].what;
}

/** How much there is, for the bar. */
export function networksSummary(networks: readonly NetworkView[]): string {
  const on = networks.filter(({ state }) => state === 'on').length;
  return networks.length === 0 ? '' : `${plural(networks.length, 'network')}, ${on} on`;
}

/** What is wrong with the name of a network; null when nothing is. */
export function nameFault(name: string, taken: readonly string[]): string | null {
  if (!networkNameSchema.safeParse(name).success) return 'One line of 1 to 40 characters.';
  return taken.includes(name.trim()) ? `There is a network called ${name.trim()} already.` : null;
}

/** The same of a range of addresses; '' lets Paddock choose. */
export function subnetFault(text: string): string | null {
  if (text.trim() === '') return null;
  if (parseSubnet(text.trim()) === null) return 'A range such as 10.77.1.0/24.';
  return subnetSchema.safeParse(text.trim()).success ? null : 'It must have 16 to 65536 addresses.';
}

/** Carriers to choose among, each with why it can't be had. */
export function carrierChoices(
  facts: NetworkFacts | null,
  internet: boolean,
): { value: Carrier | 'auto'; title: string; text?: string; reason?: string | null }[] {
  const of = (carrier: Carrier) => ({
    value: carrier,
    title: carrierWords[carrier].title,
    text: carrierWords[carrier].what,
    reason: facts && whyNotCarrier(facts, carrier, internet),
  });
  return [
    { value: 'auto', title: 'The best there is', text: 'decided when a machine starts on it' },
    of('namespace'),
    of('vde'),
  ];
}

/** What a choice of where a cable goes is called; `internet`, `none`, `tap`, `transport`, or a network's id. */
export const linkValue = (link: Link): string => (link.kind === 'network' ? link.networkId : link.kind);

/** What it means, under the choice. */
export function linkHint(link: Link, network: NetworkView | undefined): string {
  switch (link.kind) {
    case 'none':
      return 'The card is not there.';
    case 'internet':
      return `Alone behind this computer: an address by DHCP, and nobody comes in but by forwards.${
        link.reachesHost ? ' Programs of this computer answer at 10.0.2.2.' : ''
      }`;
    case 'network':
      if (!network) return 'This network is gone.';
      if (network.kind === 'cable')
        return 'A cable to one other machine; addresses are the guests’ business.';
      return network.internet
        ? `With the others on ${network.name}, and to the internet.`
        : `With the others on ${network.name}, and nowhere else.`;
    case 'tap':
      return 'A tap of this computer, which root made for you.';
    case 'transport':
      return transports[link.transport].what;
  }
}
