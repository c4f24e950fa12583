/**
 * What guests are asked to do when a card of theirs comes, goes, or leads elsewhere: small scripts for their sh, for
 * systemd-networkd, ifupdown, NetworkManager, BusyBox and plain dhclient, whichever there is. A device's name is ours.
 */

/** The card is there. */
export const isThereScript = (device: string): string => `test -d /sys/class/net/${device}\n`;

/** The guest lets go of it, so that its kernel can. */
export const downScript = (device: string): string => `${dhcpEnd(device)}ip link set ${device} down\n`;

/** It is taken into use: an address by DHCP, by whatever the guest has for that. */
export const upScript = (device: string): string => `ip link set ${device} up || exit 1
${takeAddress(device)}`;

/** The same, unless the guest's own way of taking addresses has it already. */
export const dhcpScript = (device: string): string => `if ! { ${isDhcp(device)}; }; then (
${upScript(device)}) fi
`;

/**
 * It leads to another network: its address is taken anew, if it came by DHCP. One that somebody gave by hand stays. The
 * guest can't see it by itself: UML's cards know no carrier.
 */
export const renewScript = (device: string): string => `${isDhcp(device)} || exit 0
${dhcpEnd(device)}ip addr flush dev ${device}
${takeAddress(device)}`;

/** Whether a client of DHCP has it: one that stays, or systemd-networkd. */
const isDhcp = (device: string): string => `is_dhcp() {
  for p in $(pidof udhcpc dhclient dhcpcd 2>/dev/null); do
    tr '\\0' ' ' < /proc/$p/cmdline | grep -q -- " ${device}\\( \\|$\\)" && return 0
  done
  command -v networkctl > /dev/null && networkctl status ${device} 2>/dev/null | grep -q 'DHCP4'
}
is_dhcp`;

/** No client of DHCP has it any more. For a script with `set -e`, too. */
export const dhcpEnd = (device: string): string => `for p in $(pidof udhcpc dhclient dhcpcd 2>/dev/null); do
  if tr '\\0' ' ' < /proc/$p/cmdline | grep -q -- " ${device}\\( \\|$\\)"; then kill $p; fi
done
`;

// In the order of who would be in each other's way.
const takeAddress = (device: string): string => `if [ -x /etc/dhcp ] && [ ! -d /etc/dhcp ]; then
  setsid /etc/dhcp ${device} < /dev/null > /dev/null 2>&1 &
elif command -v networkctl > /dev/null && networkctl reconfigure ${device} 2>/dev/null; then :
elif command -v nmcli > /dev/null && nmcli device connect ${device} > /dev/null 2>&1; then :
elif command -v ifup > /dev/null && ifquery ${device} > /dev/null 2>&1; then
  ifdown --force ${device} > /dev/null 2>&1
  ifup ${device} > /dev/null 2>&1 &
elif command -v udhcpc > /dev/null; then
  setsid udhcpc -b -i ${device} < /dev/null > /dev/null 2>&1 &
elif command -v dhclient > /dev/null; then
  setsid dhclient -nw ${device} < /dev/null > /dev/null 2>&1 &
fi
exit 0
`;
