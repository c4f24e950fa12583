import type { FrameText } from './frame-text.js';
import { readTransport } from './read-transport.js';

/** Kinds of frames (IEEE 802 Numbers, "ETHER TYPES"). */
const IPV4 = 0x0800;
const ARP = 0x0806;
const VLAN = 0x8100;
const IPV6 = 0x86dd;
const names: Readonly<Record<number, string>> = {
  0x88cc: 'LLDP',
  0x8847: 'MPLS',
  0x8863: 'PPPoE',
  0x88a8: 'QinQ',
};
/** VLAN tags in a row that are looked through. */
const TAGS_MAX = 2;

/** Reads a frame of Ethernet as far as it goes; a short or false one is read as far as it makes sense. */
export function readFrame(bytes: Uint8Array): FrameText {
  if (bytes.length < 14) return other('', '', 'short frame', `${bytes.length} bytes`);
  const destination = macText(bytes, 0);
  const source = macText(bytes, 6);
  let at = 12;
  let type = word(bytes, at);
  for (let tags = 0; type === VLAN && tags < TAGS_MAX && bytes.length >= at + 6; tags += 1) {
    at += 4;
    type = word(bytes, at);
  }
  const body = bytes.subarray(at + 2);
  if (type === ARP) return readArp(body, source, destination);
  if (type === IPV4) return readIpv4(body) ?? other(source, destination, 'IPv4', 'its head is cut or wrong');
  if (type === IPV6) return readIpv6(body) ?? other(source, destination, 'IPv6', 'its head is cut or wrong');
  // Below 0x600 it is a length: what follows is of IEEE 802.2.
  if (type < 0x600)
    return other(source, destination, destination === '01:80:c2:00:00:00' ? 'STP' : 'LLC', '');
  return other(source, destination, names[type] ?? `0x${type.toString(16).padStart(4, '0')}`, '');
}

function readArp(bytes: Uint8Array, source: string, destination: string): FrameText {
  // For IPv4 over Ethernet (RFC 826).
  if (bytes.length < 28 || word(bytes, 2) !== IPV4 || bytes[4] !== 6 || bytes[5] !== 4)
    return other(source, destination, 'ARP', 'its head is cut or wrong');
  const sender = ipv4At(bytes, 14);
  const target = ipv4At(bytes, 24);
  const operation = word(bytes, 6);
  const info =
    operation === 1
      ? `Who has ${target}? Tell ${sender}`
      : operation === 2
        ? `${sender} is at ${macText(bytes, 8)}`
        : `operation ${operation}`;
  return other(source, destination, 'ARP', info);
}

function readIpv4(bytes: Uint8Array): FrameText | null {
  const first = bytes[0] ?? 0;
  const headBytes = (first & 15) * 4;
  if (first >> 4 !== 4 || headBytes < 20 || bytes.length < headBytes) return null;
  const total = word(bytes, 2);
  // A segment that the kernel takes apart only later says 0.
  const body = bytes.subarray(headBytes, total >= headBytes ? total : undefined);
  const [source, destination] = [ipv4At(bytes, 12), ipv4At(bytes, 16)];
  const offset = (word(bytes, 6) & 0x1fff) * 8;
  if (offset > 0) return other(source, destination, 'IPv4', `a fragment, from byte ${offset} on`, true);
  return readTransport(bytes[9] ?? 0, body, source, destination);
}

/** Heads between that of IPv6 and what it carries, which all begin with what comes next (RFC 8200, section 4). */
const extensions: ReadonlySet<number> = new Set([0, 43, 60]);
const EXTENSIONS_MAX = 8;

function readIpv6(bytes: Uint8Array): FrameText | null {
  if (bytes.length < 40 || (bytes[0] ?? 0) >> 4 !== 6) return null;
  const [source, destination] = [ipv6At(bytes, 8), ipv6At(bytes, 24)];
  let next = bytes[6] ?? 59;
  let at = 40;
  for (let n = 0; extensions.has(next) && n < EXTENSIONS_MAX && bytes.length >= at + 8; n += 1) {
    next = bytes[at] ?? 59;
    at += ((bytes[at + 1] ?? 0) + 1) * 8;
  }
  if (next === 44) return other(source, destination, 'IPv6', 'a fragment', true);
  return readTransport(next, bytes.subarray(at), source, destination);
}

const other = (
  source: string,
  destination: string,
  protocol: string,
  info: string,
  isConversation = false,
): FrameText => ({
  source,
  destination,
  protocol,
  info,
  conversation: isConversation
    ? source < destination
      ? [source, destination]
      : [destination, source]
    : null,
});

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

const macText = (bytes: Uint8Array, at: number): string =>
  [...bytes.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');

const ipv4At = (bytes: Uint8Array, at: number): string => bytes.subarray(at, at + 4).join('.');

/** As RFC 5952 wants it: the longest row of zeros left out. */
function ipv6At(bytes: Uint8Array, at: number): string {
  const words = Array.from({ length: 8 }, (_, n) => word(bytes, at + 2 * n));
  let [best, length] = [-1, 1];
  for (let from = 0; from < 8; from += 1) {
    let to = from;
    while (to < 8 && words[to] === 0) to += 1;
    if (to - from > length) [best, length] = [from, to - from];
  }
  const hex = words.map((one) => one.toString(16));
  return best < 0 ? hex.join(':') : `${hex.slice(0, best).join(':')}::${hex.slice(best + length).join(':')}`;
}
