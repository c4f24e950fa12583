import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Capture, LinkEnd } from '@shared/networks/capture.js';
import type { Carrier } from '@shared/networks/network.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { ConsoleReader } from './console-reader.js';
import type { TestHost } from './test-host.js';

/** A guest of a lab: where it is on its network, and a console of it. */
export interface LabGuest {
  id: VmId;
  con: ConsoleReader;
  address: string;
  end: LinkEnd;
}

/** Two tiny machines on a network, both with an address and a console. */
export async function twoOn(
  host: TestHost,
  what: Carrier | 'cable',
): Promise<{ networkId: string; one: LabGuest; two: LabGuest }> {
  const { id: networkId } = await host.client.must('networks.create', {
    name: 'my lab',
    kind: what === 'cable' ? 'cable' : 'switch',
    internet: false,
    reachesHost: false,
    subnet: null,
    carrier: what === 'cable' ? null : what,
  });
  const ids: VmId[] = [];
  for (const name of ['one', 'two'])
    ids.push(
      await host.makeTiny({
        name,
        consoles: 1,
        nics: [{ unit: 0, link: { kind: 'network', networkId, forwards: [] } }],
      }),
    );
  const guests: LabGuest[] = [];
  for (const [n, id] of ids.entries()) {
    const con = await host.login(id);
    const device = what === 'vde' ? 'eth0' : 'vec0';
    const end = host.state.networks[networkId]?.ends[n];
    // Nobody gives addresses on a cable and on a switch without a way out.
    const address = what === 'namespace' ? (end?.address ?? '') : `192.168.5.${n + 1}`;
    await con.run(
      what === 'namespace'
        ? `dmesg -n 1; until ip -4 addr show ${device} | grep -q inet; do sleep 0.1; done`
        : `dmesg -n 1; pkill udhcpc; ip addr add ${address}/24 dev ${device}; ip link set ${device} up`,
    );
    guests.push({ id, con, address, end: { networkId, vmId: id, unit: 0 } });
  }
  const [one, two] = guests;
  if (!one || !two) throw new Error('there are no two');
  return { networkId, one, two };
}

/** The path of a capture's file. */
export const captureFile = (host: TestHost, { file }: Capture): string =>
  join(host.dataDir, 'captures', file);

/** What tcpdump reads in a file, a line a packet: the truth outside the code under test. It complains of a file that is cut. */
export function tcpdumpLines(path: string, filter: string): string[] {
  // As root it would become another user first, who may not enter the folder.
  const said = execFileSync('tcpdump', ['-n', '-Z', 'root', '-r', path, filter], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return said.trimEnd().split('\n').filter(Boolean);
}
