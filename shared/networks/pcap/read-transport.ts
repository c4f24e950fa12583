import { readDns } from './read-dns.js';
import type { FrameText } from './frame-text.js';

/** Protocols that IP carries (IANA, "Assigned Internet Protocol Numbers"). */
const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const names: Readonly<Record<number, string>> = {
  2: 'IGMP',
  41: '6in4',
  47: 'GRE',
  50: 'ESP',
  59: 'IPv6',
  89: 'OSPF',
  112: 'VRRP',
  115: 'L2TP',
  132: 'SCTP',
};

/** Ports by which what goes over TCP and UDP is told; only its usual name, nobody looked into it. */
const wellKnown: Readonly<Record<number, string>> = {
  21: 'FTP',
  22: 'SSH',
  23: 'Telnet',
  25: 'SMTP',
  67: 'DHCP',
  68: 'DHCP',
  69: 'TFTP',
  80: 'HTTP',
  123: 'NTP',
  179: 'BGP',
  443: 'TLS',
  520: 'RIP',
  546: 'DHCPv6',
  547: 'DHCPv6',
  5353: 'mDNS',
  4789: 'VXLAN',
  5201: 'iperf3',
};

/** Reads what an IP packet carries. */
export function readTransport(
  protocol: number,
  bytes: Uint8Array,
  source: string,
  destination: string,
): FrameText {
  const of = (name: string, info: string, ports: [number, number] | null = null): FrameText => {
    const ends = [source, destination].map((address, n) =>
      ports ? withPort(address, ports[n] ?? 0) : address,
    );
    const [a = '', b = ''] = ends;
    return { source, destination, protocol: name, info, conversation: a < b ? [a, b] : [b, a] };
  };
  switch (protocol) {
    case ICMP:
      return of('ICMP', icmpInfo(bytes, icmpTypes, 8, 0));
    case ICMPV6:
      return of('ICMPv6', icmpInfo(bytes, icmpv6Types, 128, 129));
    case TCP: {
      if (bytes.length < 20) return of('TCP', 'its head is cut');
      const ports: [number, number] = [word(bytes, 0), word(bytes, 2)];
      const payload = Math.max(0, bytes.length - ((bytes[12] ?? 0) >> 4) * 4);
      const flags = flagNames.filter((_, bit) => ((bytes[13] ?? 0) & (1 << bit)) !== 0).join(', ');
      const info = `${ports.join(' → ')} [${flags}] seq ${long(bytes, 4)}${
        flags.includes('ACK') ? ` ack ${long(bytes, 8)}` : ''
      } window ${word(bytes, 14)}${payload > 0 ? `, ${payload} bytes` : ''}`;
      return of(payload > 0 ? (nameOf(ports) ?? 'TCP') : 'TCP', info, ports);
    }
    case UDP: {
      if (bytes.length < 8) return of('UDP', 'its head is cut');
      const ports: [number, number] = [word(bytes, 0), word(bytes, 2)];
      const said = ports.includes(53) || ports.includes(5353) ? readDns(bytes.subarray(8)) : null;
      const info = said ?? `${ports.join(' → ')}, ${Math.max(0, word(bytes, 4) - 8)} bytes`;
      return of(ports.includes(53) ? 'DNS' : (nameOf(ports) ?? 'UDP'), info, ports);
    }
    default:
      return of(names[protocol] ?? `IP protocol ${protocol}`, '');
  }
}

const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;

const icmpTypes: Readonly<Record<number, string>> = {
  0: 'Echo reply',
  3: 'Destination unreachable',
  5: 'Redirect',
  8: 'Echo request',
  11: 'Time exceeded',
};
const icmpv6Types: Readonly<Record<number, string>> = {
  1: 'Destination unreachable',
  2: 'Packet too big',
  3: 'Time exceeded',
  128: 'Echo request',
  129: 'Echo reply',
  133: 'Router solicitation',
  134: 'Router advertisement',
  135: 'Neighbour solicitation',
  136: 'Neighbour advertisement',
  143: 'Multicast listener report',
};

function icmpInfo(
  bytes: Uint8Array,
  types: Readonly<Record<number, string>>,
  request: number,
  reply: number,
): string {
  const type = bytes[0] ?? 0;
  if (bytes.length < 8) return 'its head is cut';
  const name = types[type] ?? `type ${type}`;
  return type === request || type === reply ? `${name} id ${word(bytes, 4)} seq ${word(bytes, 6)}` : name;
}

const nameOf = (ports: readonly number[]): string | undefined =>
  ports.map((port) => wellKnown[port]).find((name) => name !== undefined);

const withPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const long = (bytes: Uint8Array, at: number): number => word(bytes, at) * 65_536 + word(bytes, at + 2);
