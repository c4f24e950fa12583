import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gatewayOf, withAddresses } from '@shared/networks/addresses.js';
import { parseSubnet } from '@shared/networks/ipv4.js';
import type { SwitchSpec } from '@shared/networks/network.js';
import { startDaemon, type Helper } from './helper-process.js';

/** Ports of a switch; more machines than a computer runs. */
const PORTS = 256;

/** The folder of a switch's sockets, which is also its name for UML. */
export const vdeFolder = (folder: string): string => join(folder, 'ctl');

/** Starts a network's switch and, where it has one, its way into the internet. */
export async function startVdeSwitch(spec: SwitchSpec, folder: string, mark: string): Promise<Helper[]> {
  const helpers = [await startSwitch(folder, mark)];
  if (spec.internet) helpers.push(await plugWayOut(spec, folder, mark));
  return helpers;
}

/** Plugs a network's way into the internet into its switch. */
export function plugWayOut(spec: SwitchSpec, folder: string, mark: string): Promise<Helper> {
  return plugSlirp(slirpOf(spec), folder, mark);
}

/** Starts a switch whose sockets are in a folder. */
export async function startSwitch(folder: string, mark: string): Promise<Helper> {
  const ctl = vdeFolder(folder);
  await rm(ctl, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pidPath = join(folder, 'switch.pid');
  return startDaemon(
    'vde_switch',
    [
      'vde_switch',
      '--daemon',
      `--sock=${ctl}`,
      '--mode=0700',
      '--dirmode=0700',
      `--mgmt=${join(folder, 'mgmt')}`,
      '--mgmtmode=0600',
      `--numports=${PORTS}`,
      '--rcfile=/dev/null',
      `--pidfile=${pidPath}`,
    ],
    { mark, pidPath },
  );
}

/** Plugs a way into the internet into a switch. */
export function plugSlirp(locator: string, folder: string, mark: string): Promise<Helper> {
  const pidPath = join(folder, 'slirp.pid');
  return startDaemon(
    'slirp',
    ['vde_plug', '--daemon', '--pidfile', pidPath, locator, `vde://${vdeFolder(folder)}`],
    { mark, pidPath },
  );
}

/** slirp gives out addresses in the order in which cards come; there is nobody else who does. */
function slirpOf({ subnet, reachesHost }: SwitchSpec): string {
  const first = Object.values(withAddresses({ subnet, addresses: {} }, ['']) ?? {})[0] ?? '';
  const options = [
    // Its options are taken apart at slashes.
    `addr=${gatewayOf(subnet)}\\/${parseSubnet(subnet)?.prefix ?? 24}`,
    `dhcp=${first}`,
    'v4',
    ...(reachesHost ? [] : ['disable_host_loopback']),
  ];
  return `slirp://${options.map((option) => `/${option}`).join('')}`;
}
