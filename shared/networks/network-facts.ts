import { z } from 'zod';

/** What this computer has that networks are made with: null when it is there, else a sentence's end that says why not. */
export const networkFactsSchema = z.strictObject({
  /** Network namespaces of one's own. */
  namespaces: z.string().nullable(),
  /** /dev/net/tun, open for this user. */
  tun: z.string().nullable(),
  /** The program of a name, as far as it is one of `networkPrograms`: the package that has it when it is missing. */
  missing: z.record(z.string(), z.string()),
});
export type NetworkFacts = z.infer<typeof networkFactsSchema>;

/** Programs that networks run, and the Debian package of each. */
export const networkPrograms = {
  ip: 'iproute2',
  tc: 'iproute2',
  nft: 'nftables',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  slirp4netns: 'slirp4netns',
  dnsmasq: 'dnsmasq-base',
  tcpdump: 'tcpdump',
  wireshark: 'wireshark',
  vde_switch: 'vde2',
  wirefilter: 'vde-wirefilter',
  slirpvde: 'vde2',
  vde_plug: 'vdeplug',
  /** A module of libvdeplug, without which slirp:// is not known. */
  'libvdeplug_slirp.so': 'libvdeplug-slirp',
} as const;
export type NetworkProgram = keyof typeof networkPrograms;

/** Why some of these can't be used: the first that is missing, or null. */
export function whyWithout(facts: NetworkFacts, programs: readonly NetworkProgram[]): string | null {
  const missing = programs.find((program) => facts.missing[program] !== undefined);
  return missing === undefined ? null : `${missing} is not installed (package ${networkPrograms[missing]})`;
}
