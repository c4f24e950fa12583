import type { DiagramLink } from '@shared/networks/diagram.js';
import type { NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';

/** Bytes a second as bits, short enough for a wire: 12 k, 3.1 M. */
export function rateText(bytes: number): string {
  const bits = bytes * 8;
  for (const [size, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const)
    if (bits >= size) {
      const amount = bits / size;
      return `${amount >= 100 ? Math.round(amount) : Number(amount.toFixed(1))} ${unit}`;
    }
  return String(Math.round(bits));
}

/** What a link is called: its ends. */
export function linkName(
  { id, plugs, networkId, to }: DiagramLink,
  vms: Readonly<Record<string, VmView>>,
  networks: Readonly<Record<string, NetworkView>>,
): string {
  const machine = (vmId: string): string => vms[vmId]?.name ?? vmId;
  const network = networkId === null ? '' : (networks[networkId]?.name ?? networkId);
  const [one, other] = plugs;
  if (!one) return `${network}, Internet`;
  if (other) return `${machine(one.vmId)}, ${machine(other.vmId)}`;
  if (network !== '') return `${machine(one.vmId)}, ${network}`;
  if (to === 'internet') return `${machine(one.vmId)}, Internet`;
  return `${machine(one.vmId)}, ${id.startsWith('card:') && to.startsWith('if:') ? to.slice(3) : 'outside'}`;
}
