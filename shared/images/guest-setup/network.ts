import type { GuestNetwork } from '../recipe.js';
import { rootFile, type TreePut } from '../tree-edits.js';
import type { GuestFacts, InitKind } from './guest-facts.js';

/** The network as the guest's own tools expect it: ifupdown where it is, else systemd-networkd, else a script's lines. */
export function networkPuts(
  facts: GuestFacts,
  init: InitKind,
  network: GuestNetwork | null,
): { puts: TreePut[]; notes: string[]; script: string[] } {
  if (network === null) return { puts: [], notes: [], script: [] };
  const { device, ipv4 } = network;
  const puts: TreePut[] = [];
  if (ipv4.kind === 'fixed' && ipv4.dns.length > 0)
    puts.push(rootFile('etc/resolv.conf', ipv4.dns.map((server) => `nameserver ${server}\n`).join('')));
  const hasIfupdown = facts.real['sbin/ifup'] !== null;
  if (hasIfupdown || init === 'openrc' || init === 'openrc-init') {
    const lines =
      ipv4.kind === 'dhcp'
        ? [`iface ${device} inet dhcp`]
        : [
            `iface ${device} inet static`,
            `    address ${ipv4.address}/${ipv4.prefix}`,
            ...(ipv4.gateway === null ? [] : [`    gateway ${ipv4.gateway}`]),
          ];
    const text = ['auto lo', 'iface lo inet loopback', '', `auto ${device}`, ...lines, ''].join('\n');
    puts.push(rootFile('etc/network/interfaces', text));
    // BusyBox without OpenRC has nobody to call ifup.
    return { puts, notes: [], script: init === 'busybox' || init === 'none' ? ['ifup -a'] : [] };
  }
  if (init === 'systemd' && facts.real['lib/systemd/systemd-networkd'] !== null) {
    const lines =
      ipv4.kind === 'dhcp'
        ? ['DHCP=yes']
        : [
            `Address=${ipv4.address}/${ipv4.prefix}`,
            ...(ipv4.gateway === null ? [] : [`Gateway=${ipv4.gateway}`]),
            ...ipv4.dns.map((server) => `DNS=${server}`),
          ];
    puts.push(
      rootFile(
        'etc/systemd/network/10-paddock.network',
        ['[Match]', `Name=${device}`, '', '[Network]', ...lines, ''].join('\n'),
      ),
      {
        kind: 'link',
        path: 'etc/systemd/system/multi-user.target.wants/systemd-networkd.service',
        target: '/lib/systemd/system/systemd-networkd.service',
      },
    );
    return { puts, notes: [], script: [] };
  }
  if (init === 'busybox' || init === 'none') {
    const script =
      ipv4.kind === 'dhcp'
        ? [`ip link set ${device} up && udhcpc -b -i ${device}`]
        : [
            `ip addr add ${ipv4.address}/${ipv4.prefix} dev ${device} && ip link set ${device} up`,
            ...(ipv4.gateway === null ? [] : [`ip route add default via ${ipv4.gateway}`]),
          ];
    return { puts, notes: [], script };
  }
  return {
    puts,
    notes: [`The network is not set up: the guest has neither ifupdown nor systemd-networkd.`],
    script: [],
  };
}
