import type { PcapPacket } from './pcap-file.js';

/** Before a guest's frame on a cable: Ethernet, IPv4 without options, UDP. */
const OUTER_BYTES = 14 + 20 + 8;
/** What L2TPv3 over UDP puts before it: flags, and the session without a cookie (RFC 3931, 4.1.2.1). */
const L2TP_BYTES = 8;

/** The guest's frame in a packet of a cable that went by 127.0.0.1; null when it is none. */
export function innerFrame({ time, length, bytes }: PcapPacket, by: 'l2tpv3' | 'ucast'): PcapPacket | null {
  const isUdp = bytes[12] === 8 && bytes[13] === 0 && bytes[14] === 0x45 && bytes[23] === 17;
  // The multicast transports of older kernels send the frame as it is (arch/um/drivers/umcast_kern.c).
  const before = OUTER_BYTES + (by === 'l2tpv3' ? L2TP_BYTES : 0);
  if (!isUdp || bytes.length < before + 14) return null;
  return { time, length: length - before, bytes: bytes.subarray(before) };
}

/** How far apart copies of one frame are: a VDE switch writes it down when it comes and again when it goes. */
const COPIES_S = 0.005;
const COPIES_LOOKED_AT = 64;

/** Takes the copies of a frame, and what is not of one card, out of what a whole VDE switch wrote down. */
export class CardFrames {
  private readonly seen: { time: number; key: string }[] = [];

  constructor(private readonly mac: string) {}

  /** True for a frame that goes from or to the card, or to everybody, the first time that it comes. */
  isWanted({ time, length, bytes }: PcapPacket): boolean {
    const to = macAt(bytes, 0);
    const isForAll = ((bytes[0] ?? 0) & 1) === 1;
    if (!isForAll && to !== this.mac && macAt(bytes, 6) !== this.mac) return false;
    const key = `${length}:${bytes.join(',')}`;
    const isCopy = this.seen.some((one) => one.key === key && Math.abs(time - one.time) < COPIES_S);
    if (!isCopy) {
      this.seen.push({ time, key });
      if (this.seen.length > COPIES_LOOKED_AT) this.seen.shift();
    }
    return !isCopy;
  }
}

const macAt = (bytes: Uint8Array, at: number): string =>
  [...bytes.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
