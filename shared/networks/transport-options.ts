import { transports, type TransportName } from './transports/index.js';

/** An option of a transport, as people read it. */
export interface OptionWords {
  /** As the kernel calls it. */
  name: string;
  what: string;
  example: string;
  isRequired: boolean;
}

/** A sentence and an example for each name; where a transport means something else by it, under `transport.name`. */
const words: Readonly<Record<string, { what: string; example: string }>> = {
  ifname: { what: 'Interface of this computer.', example: 'tap0' },
  'raw.ifname': {
    what: 'Interface whose frames it takes, such as one end of a veth pair.',
    example: 'veth1',
  },
  src: { what: 'Address of this computer.', example: '192.0.2.1' },
  dst: { what: 'Address of the other end.', example: '192.0.2.2' },
  'bess.dst': { what: 'Socket that it connects to.', example: '/run/bess.sock' },
  'bess.src': { what: 'Socket of its own; left out, it has none.', example: '/run/mine.sock' },
  rx_key: { what: 'Key that frames must come with.', example: '1' },
  tx_key: { what: 'Key that its frames have.', example: '2' },
  v6: { what: '1: the addresses are IPv6.', example: '1' },
  udp: { what: '1: over UDP, which needs no rights; 0: over IP itself.', example: '1' },
  srcport: { what: 'UDP port here.', example: '1706' },
  dstport: { what: 'UDP port there.', example: '1707' },
  rx_session: { what: 'Session of what comes; the other end’s tx_session.', example: '1' },
  tx_session: { what: 'Session of what goes; the other end’s rx_session.', example: '2' },
  counter: { what: '1: frames are counted, so that old ones can be told.', example: '1' },
  vnl: { what: 'Where it is plugged in, as libvdeplug writes it.', example: 'slirp://' },
  socket: { what: 'Socket of uml_switch.', example: '/tmp/uml.ctl' },
  group: { what: 'Multicast address that all of them share.', example: '239.192.168.1' },
  port: { what: 'UDP port that all of them share.', example: '1102' },
  ttl: { what: 'Through how many routers its frames go; 1: none.', example: '1' },
  address: { what: 'Address of the other end.', example: '127.0.0.1' },
  listen: { what: 'UDP port here.', example: '2201' },
  remote: { what: 'UDP port there.', example: '2202' },
  program: { what: 'The slirp program. It knows IP only: no DHCP.', example: '/usr/bin/slirp-fullbolt' },
  depth: { what: 'Frames that wait in a queue; Paddock says 128 where nothing is said.', example: '128' },
  gro: {
    what: '1: large pieces are put together. Without it no TCP comes from this computer.',
    example: '1',
  },
  mtu: { what: 'Bytes of a packet; the other end must have the same.', example: '9000' },
  headroom: { what: 'Bytes that are kept free before a packet.', example: '64' },
  vec: { what: '0: frame by frame, as older kernels did.', example: '1' },
  bpffile: {
    what: 'File with a filter that decides alone what reaches the guest.',
    example: '/home/me/filter.bpf',
  },
  bpfflash: { what: '1: root in the guest may replace that filter.', example: '0' },
};

/** The options of a transport: those that it must have first. */
export function optionsOf(transport: TransportName): OptionWords[] {
  const { shape } = transports[transport].options;
  return Object.entries(shape)
    .map(([name, schema]) => {
      const said = words[`${transport}.${name}`] ?? words[name];
      return {
        name,
        what: said?.what ?? '',
        example: said?.example ?? '',
        isRequired: !schema.safeParse(undefined).success,
      };
    })
    .sort((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

/** A way to another host that an ordinary user may open, to be filled in. */
export const tunnelDraft = {
  transport: 'l2tpv3',
  options: { udp: '1', srcport: '1706', dstport: '1706', rx_session: '1', tx_session: '1' },
} as const;
