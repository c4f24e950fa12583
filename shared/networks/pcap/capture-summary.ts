import { z } from 'zod';
import type { PcapPacket } from './pcap-file.js';
import { readFrame } from './read-frame.js';

/** So many different protocols and conversations are told apart; a guest can make up more than fit anywhere. */
const PROTOCOLS_MAX = 64;
const CONVERSATIONS_MAX = 20_000;
const CONVERSATIONS_SHOWN = 10;

const counted = { packets: z.int(), bytes: z.int() };

/** A packet in a list. */
export const packetLineSchema = z.strictObject({
  /** Seconds since the first one. */
  time: z.number(),
  source: z.string(),
  destination: z.string(),
  protocol: z.string(),
  length: z.int(),
  info: z.string(),
});
export type PacketLine = z.infer<typeof packetLineSchema>;

/** What is in a capture. */
export const captureSummarySchema = z.strictObject({
  ...counted,
  /** When the first packet came; null when there is none. */
  firstAt: z.iso.datetime().nullable(),
  /** From the first packet to the last. */
  seconds: z.number(),
  /** The most packets first. */
  protocols: z.array(z.strictObject({ name: z.string(), ...counted })),
  /** The most bytes first. */
  conversations: z.array(z.strictObject({ a: z.string(), b: z.string(), protocol: z.string(), ...counted })),
  /** How many conversations there are. */
  conversationCount: z.int(),
  /** Not all of the file was looked at: it is too long, or broken from some place on. */
  cut: z.enum(['long', 'broken']).nullable(),
  first: z.array(packetLineSchema),
});
export type CaptureSummary = z.infer<typeof captureSummarySchema>;

type Count = { packets: number; bytes: number };

/** Counts the packets of a capture of Ethernet frames as they are read, and keeps the first of them. */
export class CaptureCounts {
  private packets = 0;
  private bytes = 0;
  private firstTime: number | null = null;
  private lastTime = 0;
  private readonly protocols = new Map<string, Count>();
  private readonly conversations = new Map<string, Count & { a: string; b: string; protocol: string }>();
  private readonly first: PacketLine[] = [];

  constructor(private readonly linesMax: number) {}

  /** One more. */
  add({ time, length, bytes }: PcapPacket): void {
    const text = readFrame(bytes);
    this.packets += 1;
    this.bytes += length;
    this.firstTime ??= time;
    this.lastTime = Math.max(this.lastTime, time);
    count(this.protocols, text.protocol, length, PROTOCOLS_MAX, () => ({}));
    if (text.conversation) {
      const [a, b] = text.conversation;
      count(this.conversations, `${a} ${b}`, length, CONVERSATIONS_MAX, () => ({
        a,
        b,
        protocol: text.protocol,
      }));
    }
    if (this.first.length >= this.linesMax) return;
    const { source, destination, protocol, info } = text;
    const since = Math.max(0, time - this.firstTime);
    this.first.push({ time: Math.round(since * 1e6) / 1e6, source, destination, protocol, length, info });
  }

  /** All of it. */
  summary(cut: CaptureSummary['cut']): CaptureSummary {
    const conversations = [...this.conversations.values()].sort((a, b) => b.bytes - a.bytes);
    return {
      packets: this.packets,
      bytes: this.bytes,
      firstAt: this.firstTime === null ? null : new Date(this.firstTime * 1000).toISOString(),
      seconds: this.firstTime === null ? 0 : Math.max(0, this.lastTime - this.firstTime),
      protocols: [...this.protocols]
        .map(([name, { packets, bytes }]) => ({ name, packets, bytes }))
        .sort((a, b) => b.packets - a.packets),
      conversations: conversations.slice(0, CONVERSATIONS_SHOWN),
      conversationCount: conversations.length,
      cut,
      first: this.first,
    };
  }
}

/** Counts under a name; when there are too many names, the new ones are not told apart any more. */
function count<T extends object>(
  counts: Map<string, Count & T>,
  name: string,
  length: number,
  most: number,
  begin: () => T,
): void {
  const found = counts.get(name);
  if (found) {
    found.packets += 1;
    found.bytes += length;
  } else if (counts.size < most) counts.set(name, { ...begin(), packets: 1, bytes: length });
}
