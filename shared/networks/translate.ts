import type { Kernel } from '../kernels/kernel.js';
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

/** What becomes of each card of a machine that gets this kernel; the guest may call it by another name. */
export function translateNics(
  nics: readonly Pick<Nic, 'unit' | 'link'>[],
  from: Has | null,
  to: Has,
): NicTranslation[] {
  return nics.map(({ unit, link }) => {
    if (link.kind !== 'transport') return { unit, link, ...renamed(unit, link, from, to), ok: true };
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

/** A card that Paddock chooses the transport for may be called otherwise: what the guest's own set-up names is to change. */
function renamed(unit: number, link: Link, from: Has | null, to: Has): { text: string | null } {
  // Only the way to the internet is legacy on one kernel and vector on another.
  if (link.kind !== 'internet' || from === null) return { text: null };
  const name = (has: Has): string | null =>
    has.transports?.includes('vector-vde') === true
      ? `vec${unit}`
      : has.transports?.includes('legacy-vde') === true
        ? `eth${unit}`
        : null;
  const [before, now] = [name(from), name(to)];
  return before === null || now === null || before === now
    ? { text: null }
    : { text: `The guest calls it ${now}, no longer ${before}.` };
}
