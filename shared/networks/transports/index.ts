import { bess } from './bess.js';
import { daemon } from './daemon.js';
import { gre } from './gre.js';
import { hybrid } from './hybrid.js';
import { l2tpv3 } from './l2tpv3.js';
import { legacyVde } from './legacy-vde.js';
import { mcast } from './mcast.js';
import { raw } from './raw.js';
import { slirp } from './slirp.js';
import { tap } from './tap.js';
import type { Transport } from './transport.js';
import { tuntap } from './tuntap.js';
import { ucast } from './ucast.js';
import { vectorVde } from './vector-vde.js';

/** All transports that a person may choose; ethertap and pcap are not among them (shared/networks/why-not). */
export const transports = {
  tap,
  hybrid,
  raw,
  gre,
  l2tpv3,
  bess,
  'vector-vde': vectorVde,
  tuntap,
  daemon,
  'legacy-vde': legacyVde,
  mcast,
  ucast,
  slirp,
} as const satisfies Record<string, Transport>;
export type TransportName = keyof typeof transports;

/** Their names, the quicker syntax first. */
export const transportNames = Object.keys(transports) as [TransportName, ...TransportName[]];

/** What the guest's kernel calls a card of this transport and number: vec0 or eth0. */
export const deviceName = (transport: TransportName, unit: number): string =>
  `${transports[transport].syntax === 'vector' ? 'vec' : 'eth'}${unit}`;

/** The kernel's argument for a card. */
export function nicWord(
  transport: TransportName,
  unit: number,
  options: Readonly<Record<string, string>>,
  mac: string,
): string {
  const { syntax, words } = transports[transport];
  return `${deviceName(transport, unit)}${syntax === 'vector' ? ':' : '='}${words(options, mac)}`;
}

/** The transports that a kernel of this version and these configuration lines (`CONFIG_X=y`) has. */
export function kernelTransports(version: string, builtIn: ReadonlySet<string>): TransportName[] {
  return transportNames.filter((name) => {
    const { kernelOption, since }: Transport = transports[name];
    return builtIn.has(kernelOption) && (since === undefined || isAtLeast(version, since));
  });
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
