import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, inflateRaw } from 'node:zlib';

/** Behind the name of a compressed segment. */
export const GZIP_SUFFIX = '.gz';
/** So much of a log is compressed as one member: little enough to be read for a few lines in its middle. */
export const MEMBER_BYTES = 256 * 1024;

/**
 * A compressed segment is a gzip file of many members (RFC 1952), so `zcat` reads it. Each header has an extra field
 * `PD` with the member's size in the file, its size unpacked and the size of the whole segment, so that any place of
 * it is found by stepping from header to header, without unpacking what is before it.
 */
export const MEMBER_HEADER_BYTES = 30;
const TRAILER_BYTES = 8;
/** Deflate makes what can't be compressed a little longer (RFC 1951, stored blocks). */
const MEMBER_FILE_BYTES_MAX = MEMBER_BYTES * 1.1;

const pack = promisify<Buffer, { level: number }, Buffer>(deflateRaw);
const unpack = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

/** What a member's header says. */
export interface MemberHeader {
  /** Bytes in the file, header and trailer included. */
  fileBytes: number;
  /** Bytes unpacked. */
  bytes: number;
  /** Bytes of the whole segment, unpacked. */
  fileLength: number;
}

/** A header as it was written by `member`, else null. */
export function parseMemberHeader(header: Buffer): MemberHeader | null {
  if (header.length < MEMBER_HEADER_BYTES) return null;
  const isOurs =
    header.readUInt32BE(0) === 0x1f8b0804 &&
    header.readUInt16LE(10) === 18 &&
    header.toString('latin1', 12, 14) === 'PD' &&
    header.readUInt16LE(14) === 14;
  const [fileBytes, bytes] = [header.readUInt32LE(16), header.readUInt32LE(20)];
  const isPossible =
    bytes > 0 &&
    bytes <= MEMBER_BYTES &&
    fileBytes > MEMBER_HEADER_BYTES + TRAILER_BYTES &&
    fileBytes <= MEMBER_FILE_BYTES_MAX;
  return isOurs && isPossible ? { fileBytes, bytes, fileLength: header.readUIntLE(24, 6) } : null;
}

/** A part of a segment, compressed. */
export async function member(bytes: Buffer, fileLength: number): Promise<Buffer> {
  const packed = await pack(bytes, { level: constants.Z_DEFAULT_COMPRESSION });
  const whole = Buffer.alloc(MEMBER_HEADER_BYTES + packed.length + TRAILER_BYTES);
  // Magic, deflate, an extra field; no time; no system.
  whole.writeUInt32BE(0x1f8b0804, 0);
  whole.writeUInt8(255, 9);
  whole.writeUInt16LE(18, 10);
  whole.write('PD', 12, 'latin1');
  whole.writeUInt16LE(14, 14);
  whole.writeUInt32LE(whole.length, 16);
  whole.writeUInt32LE(bytes.length, 20);
  whole.writeUIntLE(fileLength, 24, 6);
  packed.copy(whole, MEMBER_HEADER_BYTES);
  whole.writeUInt32LE(crc32(bytes), whole.length - 8);
  whole.writeUInt32LE(bytes.length, whole.length - 4);
  return whole;
}

/** A place in a compressed segment. */
interface MemberPlace {
  /** Byte of the segment, unpacked. */
  start: number;
  bytes: number;
  filePosition: number;
  fileBytes: number;
}

/** Where each member of a compressed segment is; it ends where the file is damaged. */
export async function memberPlaces(file: FileHandle): Promise<MemberPlace[]> {
  const places: MemberPlace[] = [];
  const header = Buffer.alloc(MEMBER_HEADER_BYTES);
  for (let [start, filePosition] = [0, 0]; ;) {
    const { bytesRead } = await file.read(header, 0, header.length, filePosition);
    const parsed = bytesRead === header.length ? parseMemberHeader(header) : null;
    if (!parsed) return places;
    places.push({ start, bytes: parsed.bytes, filePosition, fileBytes: parsed.fileBytes });
    start += parsed.bytes;
    filePosition += parsed.fileBytes;
  }
}

/** Unpacks a member. Throws when it is damaged. */
export async function readMember(file: FileHandle, place: MemberPlace): Promise<Buffer> {
  const whole = Buffer.alloc(place.fileBytes);
  const { bytesRead } = await file.read(whole, 0, whole.length, place.filePosition);
  const packed = whole.subarray(MEMBER_HEADER_BYTES, -TRAILER_BYTES);
  const bytes = await unpack(packed, { maxOutputLength: MEMBER_BYTES });
  if (
    bytesRead < whole.length ||
    bytes.length !== place.bytes ||
    crc32(bytes) !== whole.readUInt32LE(whole.length - 8)
  )
    throw new Error('a compressed part of the log is damaged');
  return bytes;
}
