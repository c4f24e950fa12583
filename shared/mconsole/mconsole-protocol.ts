/**
 * The management console of UML: datagrams in the host's byte order, which is little-endian wherever UML runs
 * (arch/um/drivers/mconsole.h; measured in facts/consoles-and-lifecycle 4 and 5).
 */

import { encodeUtf8, decodeUtf8 } from '../text-codec.js';

/** First word of every request and notification. */
export const MCONSOLE_MAGIC = 0xcafebabe;
const VERSION = 2;
/** Longest command; the kernel's buffer is 512 with its NUL. */
export const MCONSOLE_COMMAND_MAX = 511;

/** A request datagram for a command line such as `config con1`. Throws RangeError when it is too long. */
export function encodeRequest(command: string): Uint8Array {
  const text = encodeUtf8(command);
  if (text.length > MCONSOLE_COMMAND_MAX) throw new RangeError('mconsole command longer than 511 bytes');
  const bytes = new Uint8Array(12 + text.length);
  const data = new DataView(bytes.buffer);
  data.setUint32(0, MCONSOLE_MAGIC, true);
  data.setUint32(4, VERSION, true);
  data.setUint32(8, text.length, true);
  bytes.set(text, 12);
  return bytes;
}

/** One datagram of a reply. `more` tells that another follows. */
export interface ReplyPacket {
  /** 0, or a positive code of mconsole's own, or a negative errno. */
  err: number;
  more: boolean;
  /** A piece of the text; a character may be cut at its end, so decode when all is there. */
  bytes: Uint8Array;
}

/** Reads a reply datagram; null when it is too short to be one. Each packet ends with one NUL, which is dropped. */
export function parseReply(datagram: Uint8Array): ReplyPacket | null {
  if (datagram.length < 12) return null;
  const data = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const length = Math.min(data.getUint32(8, true), datagram.length - 12);
  let end = 12 + length;
  if (end > 12 && datagram[end - 1] === 0) end -= 1;
  return {
    err: data.getInt32(0, true),
    more: data.getUint32(4, true) !== 0,
    bytes: datagram.slice(12, end),
  };
}

/** What a kernel tells its notify socket. */
export type Notification =
  | { kind: 'socket'; path: string }
  | { kind: 'panic'; text: string }
  | { kind: 'hang'; text: string }
  | { kind: 'user'; text: string };

const kinds = ['socket', 'panic', 'hang', 'user'] as const;

/** Reads a notification; null when the datagram is not one. The text is the guest's and not to be trusted. */
export function parseNotification(datagram: Uint8Array): Notification | null {
  if (datagram.length < 16) return null;
  const data = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  if (data.getUint32(0, true) !== MCONSOLE_MAGIC || data.getUint32(4, true) !== VERSION) return null;
  const kind = kinds[data.getInt32(8, true)];
  if (kind === undefined) return null;
  const length = Math.min(data.getUint32(12, true), datagram.length - 16);
  const body = datagram.subarray(16, 16 + length);
  const nul = body.indexOf(0);
  const text = decodeUtf8(nul < 0 ? body : body.subarray(0, nul));
  return kind === 'socket' ? { kind, path: text } : { kind, text };
}
