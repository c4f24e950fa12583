/**
 * What travels between a client and the host: frames of `u32 length (of the rest), u8 kind, payload`, little-endian.
 * JSON for calls and events; console bytes as they are, because text decoding may not split a character.
 */

/** Kinds of frames. */
export const FrameKind = {
  /** UTF-8 JSON: request, response or event. */
  json: 1,
  /** Host to client: `u32 streamId, bytes` of a console. */
  consoleOutput: 2,
  /** Client to host: `u32 streamId, bytes` typed or pasted. */
  consoleInput: 3,
  /** Client to host: `u32 streamId, u32 count` of output bytes that were handled. */
  consoleAck: 4,
  /** Client to host: `u32 streamId, bytes` that a terminal says by itself: answers to queries, mouse, focus. */
  consoleAnswer: 5,
} as const;
export type FrameKindValue = (typeof FrameKind)[keyof typeof FrameKind];

/** Longest frame that is accepted. A snapshot of a thousand machines is about 1 MB. */
export const FRAME_MAX_BYTES = 16 * 1024 * 1024;
/** Most console bytes in one frame: large enough to be cheap, small enough to keep other tabs quick. */
export const CONSOLE_CHUNK_BYTES = 64 * 1024;
/** Console bytes that may be under way unacknowledged on one stream before the host waits. */
export const CONSOLE_WINDOW_BYTES = 512 * 1024;
/** A follower that shows only what is newest is told of a flood in leaps once it is so far behind ... */
export const CONSOLE_LEAP_BEHIND_BYTES = 512 * 1024;
/** ... to so far before the end. */
export const CONSOLE_LEAP_KEEP_BYTES = 64 * 1024;

/** A frame taken apart. */
export interface Frame {
  kind: number;
  payload: Uint8Array;
}

/** A frame ready to send. */
export function encodeFrame(kind: FrameKindValue, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(5 + length);
  new DataView(bytes.buffer).setUint32(0, length + 1, true);
  bytes[4] = kind;
  let at = 5;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A console frame, either way. */
export function encodeConsoleFrame(
  kind: typeof FrameKind.consoleOutput | typeof FrameKind.consoleInput | typeof FrameKind.consoleAnswer,
  streamId: number,
  bytes: Uint8Array,
): Uint8Array {
  return encodeFrame(kind, u32(streamId), bytes);
}

/** An acknowledgement of `count` bytes. */
export function encodeAckFrame(streamId: number, count: number): Uint8Array {
  return encodeFrame(FrameKind.consoleAck, u32(streamId), u32(count));
}

/** Stream and bytes of a console frame's payload; null when it is too short. */
export function parseConsolePayload(payload: Uint8Array): { streamId: number; bytes: Uint8Array } | null {
  if (payload.length < 4) return null;
  return { streamId: readU32(payload, 0), bytes: payload.subarray(4) };
}

/** Stream and count of an acknowledgement's payload; null when it has another length. */
export function parseAckPayload(payload: Uint8Array): { streamId: number; count: number } | null {
  if (payload.length !== 8) return null;
  return { streamId: readU32(payload, 0), count: readU32(payload, 4) };
}

/** Puts frames together from bytes that arrive in any pieces. */
export class FrameDecoder {
  private buffer: Uint8Array = new Uint8Array(0);

  /** All frames that are complete with these bytes. Throws RangeError when one is longer than allowed: hang up. */
  push(bytes: Uint8Array): Frame[] {
    this.buffer = this.buffer.length === 0 ? bytes : concat(this.buffer, bytes);
    const frames: Frame[] = [];
    let at = 0;
    while (this.buffer.length - at >= 5) {
      const length = readU32(this.buffer, at);
      if (length < 1 || length > FRAME_MAX_BYTES) throw new RangeError(`frame of ${length} bytes`);
      if (this.buffer.length - at < 4 + length) break;
      frames.push({
        kind: this.buffer[at + 4] ?? 0,
        payload: this.buffer.subarray(at + 5, at + 4 + length),
      });
      at += 4 + length;
    }
    // A copy: the piece must not keep a large buffer alive, nor change when the transport uses it again.
    this.buffer = this.buffer.slice(at);
    return frames;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function readU32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}
