import type { Kernel } from '../kernels/kernel.js';
import type { NetworkView } from './network.js';
import { chooseTransport, type Effect } from './nic-choice.js';
import type { Link, Nic } from './nic.js';
import { deviceName, transports, type TransportName } from './transports/index.js';

type Has = Pick<Kernel, 'transports' | 'version'>;

/** What becomes of a card with another kernel. */
export interface NicTranslation {
  unit: number;
  link: Link;
  /** What people are told; null where nothing changes. */
  text: string | null;
  /** False: that kernel has nothing like it, and the card keeps what it has. */
  ok: boolean;
}

/** Both directions carry the name by which a session is known; the other end has them the other way round. */
function sessionsOf(listen: number, remote: number): Record<string, string> {
  return { rx_session: String(listen), tx_session: String(remote) };
}

/** The same by vector transports: the transport with its options, or why there is none. */
function vectorOf(
  transport: TransportName,
  options: Readonly<Record<string, string>>,
): { transport: TransportName; options: Record<string, string>; note?: string } | string {
  switch (transport) {
    case 'tuntap':
      return { transport: 'tap', options: { ifname: options['ifname'] ?? '' } };
    case 'legacy-vde': {
      const vnl = options['vnl'] ?? '';
      // The older one takes the path of a switch without its kind.
      return { transport: 'vector-vde', options: { vnl: vnl.startsWith('/') ? `vde://${vnl}` : vnl } };
    }
    case 'ucast': {
      const { address = '', listen = '', remote = '' } = options;
      return {
        transport: 'l2tpv3',
        options: {
          udp: '1',
          src: address.startsWith('127.') ? address : '0.0.0.0',
          dst: address,
          srcport: listen,
          dstport: remote,
          ...sessionsOf(Number(listen), Number(remote)),
        },
        note: 'its frames look different on the way, so the machine at the other end needs the same change',
      };
    }
    case 'daemon':
      return 'uml_switch has no other way in; a network of Paddock’s does the same';
    case 'mcast':
      return 'there is no multicast among the newer transports; a network of Paddock’s does the same';
    case 'slirp':
      return 'the program slirp has no other way in; “Internet” does the same';
    case 'tap':
    case 'hybrid':
    case 'raw':
    case 'gre':
    case 'l2tpv3':
    case 'bess':
    case 'vector-vde':
      return 'no older transport is like it';
  }
}

/** What carries a network, as far as it is known: chosen for it, or what it is on now. */
export type Carried = Readonly<Record<string, Pick<NetworkView, 'kind' | 'wantedCarrier' | 'carrier'>>>;

/**
 * What becomes of each card of a machine that gets this kernel; the guest may call it by another name. `networks` are
 * those that its cards are led to.
 */
export function translateNics(
  nics: readonly Pick<Nic, 'unit' | 'link'>[],
  from: Has | null,
  to: Has,
  networks: Carried,
): NicTranslation[] {
  return nics.map(({ unit, link }) => {
    if (link.kind !== 'transport')
      return { unit, link, text: renamed(unit, effectOf(link, networks), from, to), ok: true };
    const { transport, options } = link;
    const same: NicTranslation = { unit, link, text: null, ok: true };
    if (to.transports === null || to.transports.includes(transport)) return same;
    const { title } = transports[transport];
    const found = vectorOf(transport, options);
    if (typeof found === 'string')
      return { ...same, ok: false, text: `Kernel ${to.version} has no ${title}: ${found}.` };
    const target = transports[found.transport];
    if (!to.transports.includes(found.transport))
      return {
        ...same,
        ok: false,
        text: `Kernel ${to.version} has neither ${title} nor ${target.title}.`,
      };
    if (!target.options.safeParse(found.options).success)
      return { ...same, ok: false, text: `What ${title} was told can’t be told to ${target.title}.` };
    return {
      unit,
      link: { kind: 'transport', transport: found.transport, options: found.options },
      ok: true,
      text: `${title} becomes ${target.title}, and the guest calls the card ${deviceName(found.transport, unit)}, no longer ${deviceName(transport, unit)}${
        found.note === undefined ? '' : `; ${found.note}`
      }.`,
    };
  });
}

/** What a card that Paddock chooses the transport for is to do; null where that is not known, or nothing. */
function effectOf(link: Exclude<Link, { kind: 'transport' }>, networks: Carried): Effect | null {
  if (link.kind === 'none') return null;
  if (link.kind !== 'network') return link.kind;
  const network = networks[link.networkId];
  if (!network) return null;
  // One that is off and may be carried by what there is then is mostly carried by the namespace.
  return network.kind === 'cable' ? 'cable' : (network.carrier ?? network.wantedCarrier ?? 'namespace');
}

/** A card that Paddock chooses the transport for may be called otherwise: what the guest's own set-up names is to change. */
function renamed(unit: number, effect: Effect | null, from: Has | null, to: Has): string | null {
  // One that doesn't say what it has is believed to have all of it, old and new: nobody knows its names.
  if (effect === null || !from?.transports || !to.transports) return null;
  const [before, now] = [from, to].map((has) => {
    const choice = chooseTransport(effect, has);
    return choice.ok ? deviceName(choice.transport, unit) : null;
  });
  if (before == null || now == null || before === now) return null;
  return `The guest calls it ${now}, no longer ${before}.`;
}
