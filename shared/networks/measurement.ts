import { z } from 'zod';
import { vmIdSchema } from '../vms/vm-id.js';

const end = z.strictObject({ vmId: vmIdSchema, unit: z.int().min(0).max(15) });

/** How quick the way between two guests of a network was, measured by them. */
export const measurementSchema = z.strictObject({
  from: end,
  to: end,
  /** By TCP, in bits a second. */
  thereBits: z.number().nonnegative(),
  backBits: z.number().nonnegative(),
  /** There and back; null when no answer came. */
  milliseconds: z.number().nonnegative().nullable(),
  /** iperf3, or nc of busybox, which is slower itself. */
  by: z.enum(['iperf3', 'nc']),
  at: z.iso.datetime(),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** So many are kept of a network. */
export const MEASUREMENTS_MAX = 200;

/** The measurements with one more, which takes the place of an earlier one of the same two. */
export function withMeasurement(list: readonly Measurement[], one: Measurement): Measurement[] {
  const key = ({ from, to }: Measurement): string =>
    [from, to]
      .map(({ vmId, unit }) => `${vmId}-${unit}`)
      .sort()
      .join(' ');
  return [...list.filter((other) => key(other) !== key(one)), one].slice(-MEASUREMENTS_MAX);
}

/** How long data is sent in each direction. */
export const MEASURE_SECONDS = 3;
/** Where the guests meet; iperf3's own port is one above. */
const PORT = 5200;
const PINGS = 10;

/** Scripts for the guests' sh. None has a word of anybody's in it but an address, which is digits and dots. */
export const measureScripts = {
  /** Which tools there are, a line each. */
  tools: 'for t in iperf3 busybox ping; do command -v $t >/dev/null 2>&1 && echo $t; done; true',
  /** The addresses of a device. */
  addresses: (device: string): string => `ip -4 -o addr show dev ${device} 2>/dev/null | awk '{print $4}'`,
  ping: (address: string): string => `ping -c ${PINGS} -i 0.2 -W 3 ${address}`,
  /** Until it is ended: one that broke off is tried again. */
  iperfServer: `timeout 60 iperf3 -s -p ${PORT + 1}`,
  /** Begins again while nobody listens yet. With -J it ends with 0 also when it failed (3.12, seen). */
  iperfClient: (address: string, isBack: boolean): string =>
    `f=/tmp/paddock-iperf; n=0; while iperf3 -c ${address} -p ${PORT + 1} -t ${MEASURE_SECONDS} -J${isBack ? ' -R' : ''} > $f 2>/dev/null; grep -q '"error":' $f; do n=$((n+1)); [ $n -ge 20 ] && break; sleep 0.2; done; cat $f; rm -f $f`,
  /**
   * Counts what comes for some seconds after the first byte: what still stands in queues then doesn't count. nc hangs up
   * when it has nothing more to read itself, so it reads what never ends.
   */
  ncReceiver: `f=/tmp/paddock-measure; rm -f $f; mkfifo $f; busybox nc -l -p ${PORT} <>$f | { dd bs=1 count=1 of=/dev/null 2>/dev/null; cat /proc/uptime; busybox timeout ${MEASURE_SECONDS} cat | wc -c; cat /proc/uptime; }; rm -f $f`,
  /** Sends as long as it is let; begins again when nobody listens yet. */
  ncSender: (address: string): string =>
    `while :; do busybox nc ${address} ${PORT} </dev/zero >/dev/null 2>&1; sleep 0.1; done`,
} as const;

/** The round trip that ping says, in ms: busybox and iputils end with `min/avg/max`. null when nothing came back. */
export function parsePing(said: string): number | null {
  const [, average] = /(?:rtt|round-trip) min\/avg\/max(?:\/mdev)? = [\d.]+\/([\d.]+)\//.exec(said) ?? [];
  return average === undefined ? null : Number(average);
}

const iperfSchema = z.object({
  end: z.object({ sum_received: z.object({ bits_per_second: z.number().nonnegative() }) }),
});

/** Bits a second that iperf3 counted; null when it didn't. */
export function parseIperf(said: string): number | null {
  try {
    const parsed = iperfSchema.safeParse(JSON.parse(said));
    return parsed.success ? parsed.data.end.sum_received.bits_per_second : null;
  } catch {
    return null;
  }
}

/** What iperf3 complains of, the end of a sentence; null when it doesn't. A guest says it: letters only, and few. */
export function iperfComplaint(said: string): string | null {
  const [, words] = /"error":\s*"([^"]{1,200})/.exec(said) ?? [];
  return words === undefined ? null : words.replace(/[^\x20-\x7e]/g, '?').replace(/[.\s]+$/, '');
}

/** Bits a second of what `ncReceiver` says: when it began, bytes, when it ended. null when it is something else. */
export function parseNcReceiver(said: string): number | null {
  const [, from, bytes, to] = /^([\d.]+) [\d.]+\s+(\d+)\s+([\d.]+) [\d.]+\s*$/.exec(said) ?? [];
  const seconds = Number(to) - Number(from);
  if (bytes === undefined || !(seconds > 0)) return null;
  return (Number(bytes) * 8) / seconds;
}

/** The first address that a device has, of what `addresses` says; null when it has none. */
export function parseAddress(said: string): string | null {
  const [, address] = /^(\d{1,3}(?:\.\d{1,3}){3})\/\d{1,2}$/m.exec(said) ?? [];
  return address ?? null;
}
