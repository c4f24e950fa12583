import { dhcpEnd, dhcpScript } from '../networks/guest-plug.js';
import type { LabMachine } from './lab-file.js';

/**
 * What a machine of a lab does at each start: its files, addresses, routes, and what the lab says, in the guest's sh, as
 * root. `devices`: what its kernel calls its cards, in their order; null for one that isn't there.
 */
export function setupScript(
  { cards, forwarding, routes, files, run, eth }: LabMachine,
  devices: readonly (string | null)[],
): string {
  // A kernel that names them so already is left alone.
  const names = devices.map((device, unit) => (device !== null && eth ? `eth${unit}` : device));
  const renames = eth
    ? devices.flatMap((device, unit) =>
        device === null || device === names[unit]
          ? []
          : [dhcpEnd(device), `ip link set ${device} down && ip link set ${device} name eth${unit}`],
      )
    : [];
  const variables = names.flatMap((name, unit) => (name === null ? [] : [`CARD${unit}=${name}`]));
  const addresses = cards.flatMap(({ address }, unit) => {
    const name = names[unit];
    if (name == null) return [];
    if (address === 'dhcp') return [dhcpScript(name)];
    return [
      dhcpEnd(name),
      `ip addr flush dev ${name}`,
      ...(address === 'none' ? [] : [`ip addr add ${address} dev ${name}`]),
      `ip link set ${name} up`,
    ];
  });
  return [
    'set -e',
    // What the kernel says of cards would stand behind the prompt of its console.
    'dmesg -n 4 2>/dev/null || :',
    ...variables,
    ...Object.entries(files).flatMap(([path, text]) => fileScript(path, text)),
    ...renames,
    ...addresses,
    ...(forwarding ? ['echo 1 > /proc/sys/net/ipv4/ip_forward'] : []),
    ...routes.map(({ to, via }) => `ip route replace ${to} via ${via}`),
    // As its writer tried it: line by line, whatever one of them says.
    'set +e',
    run,
    '',
  ].join('\n');
}

function fileScript(path: string, text: string): string[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const end = freeWord(text);
  return [
    ...(folder === '' ? [] : [`mkdir -p '${folder}'`]),
    `cat > '${path}' << '${end}'`,
    text.endsWith('\n') ? text.slice(0, -1) : text,
    end,
  ];
}

/** A word that no line of a text is. */
function freeWord(text: string): string {
  const lines = new Set(text.split('\n'));
  for (let n = 0; ; n += 1) if (!lines.has(`END-${n}`)) return `END-${n}`;
}
