/** What the head of a capture file says (draft-ietf-opsawg-pcap, section 4). */
export interface PcapHead {
  littleEndian: boolean;
  /** Fractions of a second in a packet's time: a million, or a thousand million. */
  fractions: 1_000_000 | 1_000_000_000;
  /** What the packets are: 1 is Ethernet. */
  linkType: number;
  /** So many bytes of a packet were kept at most. */
  snapLength: number;
}

/** A packet as it stands in the file. */
export interface PcapPacket {
  /** Seconds since 1970. */
  time: number;
  /** How long it was; more than `bytes` when it was cut. */
  length: number;
  bytes: Uint8Array;
}

export const PCAP_HEAD_BYTES = 24;
const PACKET_HEAD_BYTES = 16;
/** Ethernet (LINKTYPE_ETHERNET). */
export const ETHERNET = 1;
/** No packet of a tap or of lo is longer; what claims to be is no packet (MAXIMUM_SNAPLEN of libpcap). */
const PACKET_BYTES_MAX = 262_144;

/** The head of a capture file; null when it is none. */
export function parsePcapHead(bytes: Uint8Array): PcapHead | null {
  if (bytes.length < PCAP_HEAD_BYTES) return null;
  const view = viewOf(bytes);
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) continue;
    return {
      littleEndian,
      fractions: magic === 0xa1b2c3d4 ? 1_000_000 : 1_000_000_000,
      snapLength: view.getUint32(16, littleEndian),
      linkType: view.getUint32(20, littleEndian) & 0xffff,
    };
  }
  return null;
}

/**
 * Takes a capture file apart, piece by piece as it is read. Never trusts what it reads: after the first thing that
 * can't be, `isBroken` is true and nothing more comes.
 */
export class PcapReader {
  head: PcapHead | null = null;
  isBroken = false;
  /** How many bytes of the file were whole: its head and its packets. */
  wholeBytes = 0;
  private rest: Uint8Array = new Uint8Array(0);

  /** The packets that are complete with this piece; their bytes are a view of it, good until the next one. */
  *add(piece: Uint8Array): Generator<PcapPacket> {
    if (this.isBroken) return;
    const bytes = this.rest.length === 0 ? piece : joined(this.rest, piece);
    let at = 0;
    if (this.head === null) {
      if (bytes.length < PCAP_HEAD_BYTES) return void (this.rest = bytes.slice());
      this.head = parsePcapHead(bytes);
      if (this.head === null) return this.break();
      at = PCAP_HEAD_BYTES;
      this.wholeBytes = at;
    }
    const { littleEndian, fractions } = this.head;
    const view = viewOf(bytes);
    while (bytes.length - at >= PACKET_HEAD_BYTES) {
      const kept = view.getUint32(at + 8, littleEndian);
      const length = view.getUint32(at + 12, littleEndian);
      const fraction = view.getUint32(at + 4, littleEndian);
      if (kept > PACKET_BYTES_MAX || kept > length || fraction >= fractions) return this.break();
      const end = at + PACKET_HEAD_BYTES + kept;
      if (bytes.length < end) break;
      const time = view.getUint32(at, littleEndian) + fraction / fractions;
      this.wholeBytes += end - at;
      yield { time, length, bytes: bytes.subarray(at + PACKET_HEAD_BYTES, end) };
      at = end;
    }
    this.rest = bytes.slice(at);
  }

  private break(): void {
    this.isBroken = true;
    this.rest = new Uint8Array(0);
  }
}

/** The head of a file of Ethernet frames. */
export function pcapHead(snapLength = PACKET_BYTES_MAX): Uint8Array {
  const bytes = new Uint8Array(PCAP_HEAD_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, snapLength, true);
  view.setUint32(20, ETHERNET, true);
  return bytes;
}

/** A packet as it stands in such a file. */
export function pcapPacket({ time, length, bytes }: PcapPacket): Uint8Array {
  const whole = new Uint8Array(PACKET_HEAD_BYTES + bytes.length);
  const view = viewOf(whole);
  const micros = Math.round(time * 1_000_000);
  view.setUint32(0, Math.floor(micros / 1_000_000), true);
  view.setUint32(4, micros % 1_000_000, true);
  view.setUint32(8, bytes.length, true);
  view.setUint32(12, length, true);
  whole.set(bytes, PACKET_HEAD_BYTES);
  return whole;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
