import type { Forward } from './forward.js';
import { gatewayOf, strangerRange } from './addresses.js';
import { parseSubnet } from './ipv4.js';
import type { SwitchSpec } from './network.js';
import type { NetworkId } from './nic.js';

/** The way out of the namespace: slirp4netns makes it, with these addresses of its own (slirp4netns(1)). */
export const UPLINK = { device: 'uplink', address: '10.0.2.100', host: '10.0.2.2', dns: '10.0.2.3' } as const;

/** A network as the namespace has it. */
export type NamespaceNetwork = Pick<SwitchSpec, 'id' | 'subnet' | 'internet' | 'reachesHost' | 'dhcp'>;

/** A forward of which the destination is known, with the port of the namespace that it comes in by. */
export interface PlacedForward extends Forward {
  entryPort: number;
  guestAddress: string;
}

/** The bridge of a network. Within the 15 characters that the kernel allows. */
export const bridgeName = (id: NetworkId): string => `br-${id}`;
/** The tap of a card: its machine's id is 12 characters long. */
export const tapName = (vmId: string, unit: number): string => `t${vmId}-${unit}`.slice(0, 15);

/**
 * The address of a network's gateway, always the same. A bridge that nobody gave one takes the lowest of its ports'
 * (br_stp_recalculate_bridge_id, net/bridge/br_stp_if.c): it would change when a machine comes or goes, and the guests,
 * which remember the old one, would find neither gateway nor names for half a minute.
 */
export function gatewayMac(id: NetworkId): string {
  const number = Number.parseInt(id, 36) % 2 ** 24;
  return `02:50:42:${[16, 8, 0].map((shift) => ((number >> shift) & 0xff).toString(16).padStart(2, '0')).join(':')}`;
}

/** Lines for `ip -batch -` that make a network's bridge. */
export function bridgeUp({ id, subnet, dhcp }: NamespaceNetwork): string[] {
  const bridge = bridgeName(id);
  const prefix = parseSubnet(subnet)?.prefix ?? 24;
  return [
    // Without a delay: a port forwards at once (forward_delay, ip-link(8)).
    `link add ${bridge} address ${gatewayMac(id)} type bridge forward_delay 0 mcast_snooping 0`,
    ...(dhcp ? [`addr add ${gatewayOf(subnet)}/${prefix} dev ${bridge}`] : []),
    `link set ${bridge} up`,
  ];
}

/** Lines for `ip -batch -` that take it away, with what is left of its taps. */
export const bridgeDown = ({ id }: Pick<NamespaceNetwork, 'id'>): string[] => [`link del ${bridgeName(id)}`];

/** Lines for `ip -batch -` that make a card's tap and put it on its network. */
export function tapUp(tap: string, id: NetworkId): string[] {
  return [`tuntap add dev ${tap} mode tap`, `link set ${tap} master ${bridgeName(id)} up`];
}

/** Lines that take a tap away. */
export const tapDown = (tap: string): string[] => [`link del ${tap}`];

/**
 * What nftables is to do: nothing goes from one network to another, out only what may, and forwards in. The whole table
 * is replaced at once (nft(8): one `nft -f` is one transaction).
 */
export function nftRules(networks: readonly NamespaceNetwork[], forwards: readonly PlacedForward[]): string {
  const open = networks.filter(({ internet }) => internet);
  // What goes from card to card of one network comes by here, too, where br_netfilter is loaded.
  const within = networks.map(
    ({ id }) => `    iifname "${bridgeName(id)}" oifname "${bridgeName(id)}" accept`,
  );
  const lines = [
    'table ip paddock {}',
    'delete table ip paddock',
    'table ip paddock {',
    '  chain outward {',
    '    type filter hook forward priority filter; policy drop;',
    '    ct state established,related accept',
    '    ct status dnat accept',
    ...within,
    ...open.flatMap(({ id, reachesHost }) => {
      const from = `iifname "${bridgeName(id)}" oifname "${UPLINK.device}"`;
      return [...(reachesHost ? [] : [`    ${from} ip daddr ${UPLINK.host} drop`]), `    ${from} accept`];
    }),
    '  }',
    '  chain inward {',
    '    type nat hook prerouting priority dstnat;',
    ...forwards.map(
      ({ protocol, entryPort, guestAddress, guestPort }) =>
        `    iifname "${UPLINK.device}" ${protocol} dport ${entryPort} dnat to ${guestAddress}:${guestPort}`,
    ),
    '  }',
    '  chain disguise {',
    '    type nat hook postrouting priority srcnat;',
    `    oifname "${UPLINK.device}" masquerade`,
    '  }',
    '}',
    '',
  ];
  return lines.join('\n');
}

/** Where dnsmasq's files are. */
export interface DnsmasqFiles {
  hosts: string;
  leases: string;
}

/** The argv of a network's dnsmasq: addresses by DHCP, and names of machines. */
export function dnsmasqWords(network: NamespaceNetwork, files: DnsmasqFiles): string[] {
  const { from, to } = strangerRange(network.subnet);
  return [
    'dnsmasq',
    // Which also keeps it from becoming another user: there is none in the namespace.
    '--no-daemon',
    '--conf-file=/dev/null',
    '--no-hosts',
    '--no-resolv',
    '--no-poll',
    '--quiet-dhcp',
    '--bind-interfaces',
    `--interface=${bridgeName(network.id)}`,
    '--except-interface=lo',
    '--domain=lab',
    '--local=/lab/',
    '--expand-hosts',
    '--dhcp-authoritative',
    '--no-ping',
    `--dhcp-range=${from},${to},12h`,
    `--dhcp-hostsfile=${files.hosts}`,
    `--dhcp-leasefile=${files.leases}`,
    // Without a way out no default route is handed out.
    ...(network.internet ? [`--server=${UPLINK.dns}`] : ['--dhcp-option=option:router']),
  ];
}

/** Its hosts' file: a card, its address and its machine's name a line (dnsmasq(8), --dhcp-host). */
export function dnsmasqHosts(cards: readonly { mac: string; address: string; name: string }[]): string {
  return cards.map(({ mac, address, name }) => `${mac},${address},${name}\n`).join('');
}
