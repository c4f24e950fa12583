import { parseForward, type Forward } from '@shared/networks/forward.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import type { LabCard, LabMachine, LabNetwork } from '@shared/labs/lab-file.js';
import type { Link, NetworkId } from '@shared/networks/nic.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { NetworkService } from '../networks/network-service.js';
import type { VmService } from '../vms/vm-service.js';
import type { LabImages } from './lab-images.js';

/** Makes a network of a lab. Throws Failure network-*. */
export function makeNetwork(
  networks: NetworkService,
  name: string,
  { kind, internet, dhcp, subnet, 'reach-host': reachesHost }: LabNetwork,
): Promise<NetworkId> {
  return networks.create({ name, kind, internet, reachesHost, subnet, dhcp, carrier: null });
}

/** Makes a machine of a lab. Throws Failure vm-*, nic-*. */
export async function makeMachine(
  vms: VmService,
  images: LabImages,
  wanted: {
    name: string;
    machine: LabMachine;
    group: string;
    networks: Readonly<Record<string, NetworkId>>;
  },
): Promise<VmId> {
  const { name, machine, group, networks } = wanted;
  const id = await vms.create({
    name,
    image: await images.nameOf(machine.image, machine.modules),
    memoryMiB: machine.memory,
    kernelPath: null,
    consoles: tabConsoles(1),
    nics: machine.cards.map((card, unit) => ({ unit, link: linkOf(card, networks) })),
  });
  await vms.configure(id, { group });
  return id;
}

function linkOf(
  { network, forwards: texts, 'reach-host': reachesHost }: LabCard,
  networks: Readonly<Record<string, NetworkId>>,
): Link {
  const forwards = texts.map(parseForward).filter((forward): forward is Forward => forward !== null);
  if (network === undefined) return { kind: 'internet', reachesHost, forwards };
  const networkId = networks[network];
  return networkId === undefined ? { kind: 'none' } : { kind: 'network', networkId, forwards };
}
