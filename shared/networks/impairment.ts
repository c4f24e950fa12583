import { z } from 'zod';
import { whyWithout, type NetworkFacts } from './network-facts.js';

/** A link that is worse than it need be; each direction has all of it. */
export const impairmentSchema = z
  .strictObject({
    /** Milliseconds that a frame takes longer, one way. */
    delayMs: z.number().min(0).max(10_000),
    /** It takes up to so much less or more than that. */
    jitterMs: z.number().min(0).max(10_000),
    /** Of a hundred frames so many are lost. */
    lossPercent: z.number().min(0).max(100),
    /** Bits that go over it in a second; null: as many as can. */
    rateBits: z.int().min(8000).max(10_000_000_000).nullable(),
  })
  .refine(({ delayMs, jitterMs }) => jitterMs <= delayMs, 'jitter can’t be more than the delay');
export type Impairment = z.infer<typeof impairmentSchema>;

/** A link as good as it can be. */
export const unimpaired: Impairment = { delayMs: 0, jitterMs: 0, lossPercent: 0, rateBits: null };

/** True for one that makes no difference. */
export const isUnimpaired = ({ delayMs, lossPercent, rateBits }: Impairment): boolean =>
  delayMs === 0 && lossPercent === 0 && rateBits === null;

/** In words: "20 ms ± 2 ms, 1 % loss, 10 Mbit/s". */
export function impairmentText({ delayMs, jitterMs, lossPercent, rateBits }: Impairment): string {
  const parts = [
    ...(delayMs > 0 ? [`${delayMs} ms${jitterMs > 0 ? ` ± ${jitterMs} ms` : ''}`] : []),
    ...(lossPercent > 0 ? [`${lossPercent} % loss`] : []),
    ...(rateBits === null ? [] : [rateText(rateBits)]),
  ];
  return parts.join(', ') || 'as it is';
}

/** A rate for people. */
export function rateText(bits: number): string {
  const [value, unit] =
    bits >= 1e9 ? [bits / 1e9, 'Gbit/s'] : bits >= 1e6 ? [bits / 1e6, 'Mbit/s'] : [bits / 1000, 'kbit/s'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

/** `20ms`, `0.5s`, `20`: milliseconds; null when it is none. */
export function parseDelay(text: string): number | null {
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (unit === 's' ? 1000 : 1);
}

/** `1%` or `1`; null when it is none. */
export function parseLoss(text: string): number | null {
  const [, number] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  return number === undefined ? null : Number(number);
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** `10mbit`, `512kbit`, `1gbit`; bits in a second, or null when it is none. */
export function parseRate(text: string): number | null {
  const [, number, prefix = ''] = /^(\d+(?:\.\d+)?)([kmg]?)bit(?:\/s)?$/i.exec(text) ?? [];
  return number === undefined ? null : Math.round(Number(number) * (units[prefix.toLowerCase()] ?? 1));
}

/** Why links of a network that is carried like this can't be made worse here; null when they can. */
export function whyNotImpaired(facts: NetworkFacts, carrier: 'namespace' | 'vde' | 'cable'): string | null {
  if (carrier === 'vde') return whyWithout(facts, ['wirefilter', 'vde_switch']);
  return (
    facts.namespaces ??
    facts.tun ??
    whyWithout(facts, ['wirefilter', 'ip', 'nsenter', ...(carrier === 'cable' ? (['nft'] as const) : [])])
  );
}

/** A frame waits in a queue when the rate is reached; so long at most, then it is lost, as at a real bottleneck. */
const QUEUE_S = 0.2;
/** And room for two frames of the largest kind, or a slow link would lose all of those. */
const QUEUE_BYTES_MIN = 20_000;

/** What a wirefilter is told (its management commands, wirefilter(1)). */
export function wirefilterCommands({ delayMs, jitterMs, lossPercent, rateBits }: Impairment): string[] {
  const bytesPerSecond = rateBits === null ? 0 : Math.round(rateBits / 8);
  // The queue holds what is delayed, too.
  const queue =
    rateBits === null
      ? 0
      : Math.round(Math.max(QUEUE_BYTES_MIN, bytesPerSecond * (QUEUE_S + (delayMs + jitterMs) / 1000)));
  return [
    `delay ${jitterMs > 0 ? `${delayMs}+${jitterMs}U` : delayMs}`,
    `loss ${lossPercent}`,
    `bandwidth ${bytesPerSecond}`,
    `chanbufsize ${queue}`,
  ];
}

/** The two taps and the bridge that a link goes by while it is impaired. All within 15 characters. */
export function impairNames(key: string): { near: string; far: string; bridge: string } {
  return { near: `ia-${key}`, far: `ib-${key}`, bridge: `im-${key}` };
}

/** Lines for `ip -batch -` that make the way through two taps; wirefilter holds their other ends. */
export function impairTaps(key: string): string[] {
  const { near, far } = impairNames(key);
  return [near, far].flatMap((tap) => [
    `tuntap add dev ${tap} mode tap`,
    // On a cable the frames of guests come with what is around them.
    `link set ${tap} mtu 1950 up`,
  ]);
}

/** The lines that take it away. */
export const impairTapsDown = (key: string): string[][] => {
  const { near, far, bridge } = impairNames(key);
  return [bridge, near, far].map((device) => [`link del ${device}`]);
};

/** Lines that lead a card's tap to its network by that way. */
export function impairTap(key: string, tap: string, networkBridge: string): string[] {
  const { near, far, bridge } = impairNames(key);
  return [
    `link add ${bridge} type bridge forward_delay 0 mcast_snooping 0`,
    `link set ${bridge} up`,
    `link set ${near} mtu 1500 master ${bridge}`,
    `link set ${far} mtu 1500 master ${networkBridge}`,
    `link set ${tap} master ${bridge}`,
  ];
}

/** A cable that is impaired: its two ports, and the key of its way. */
export interface ImpairedCable {
  key: string;
  ports: readonly [number, number];
}

/** What marks packets of a cable that have been on the way. */
const MARK = '0x7064';

/**
 * What nftables is to do for impaired cables: their packets leave lo for one tap and come back by the other. The mark
 * keeps them from going round; and a packet that came by a tap is taken for somebody else's unless told otherwise.
 */
export function cableRules(cables: readonly ImpairedCable[]): string {
  const way = (from: number, to: number, tap: string): string =>
    `    meta mark != ${MARK} ip daddr 127.0.0.1 udp sport ${from} udp dport ${to} fwd to "${tap}"`;
  const back = (tap: string): string =>
    `  chain from-${tap} { type filter hook ingress device "${tap}" priority 0; meta mark set ${MARK} meta pkttype set unicast fwd to "lo"; }`;
  return [
    'table netdev paddock_cables {}',
    'delete table netdev paddock_cables',
    ...(cables.length === 0
      ? []
      : [
          'table netdev paddock_cables {',
          '  chain out {',
          '    type filter hook egress device "lo" priority 0;',
          ...cables.flatMap(({ key, ports: [a, b] }) => {
            const { near, far } = impairNames(key);
            return [way(a, b, near), way(b, a, far)];
          }),
          '  }',
          ...cables.flatMap(({ key }) => Object.values(impairNames(key)).slice(0, 2).map(back)),
          '}',
        ]),
    '',
  ].join('\n');
}
