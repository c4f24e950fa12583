import type { Forward } from './forward.js';

/** What a machine alone on the internet has: slirp gives the first address that it has to give. */
export const SLIRP = { guest: '10.0.2.15', host: '10.0.2.2', dns: '10.0.2.3' } as const;

/** The locator of a user-mode way to the internet, with forwards to the only guest (libvdeplug_slirp(1)). */
export function slirpLocator(forwards: readonly Forward[], reachesHost: boolean): string {
  const of = (protocol: Forward['protocol']): string[] =>
    forwards
      .filter((one) => one.protocol === protocol)
      // Without an address it would listen on all of them.
      .map(
        ({ hostAddress, hostPort, guestPort }) => `${hostAddress}:${hostPort}:${SLIRP.guest}:${guestPort}`,
      );
  const tcp = of('tcp');
  const udp = of('udp');
  const options = [
    ...(reachesHost ? [] : ['disable_host_loopback']),
    ...(tcp.length === 0 ? [] : [`tcpfwd=${tcp.join(',')}`]),
    ...(udp.length === 0 ? [] : [`udpfwd=${udp.join(',')}`]),
  ];
  return `slirp://${options.map((option) => `/${option}`).join('')}`;
}
