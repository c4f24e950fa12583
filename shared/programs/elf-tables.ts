/** A table of an ELF file: where it is, and how its entries are. */
export interface ElfTable {
  offset: number;
  /** Bytes of an entry. */
  size: number;
  count: number;
}

/** What the header of an ELF file says (elf(5)). */
export interface ElfHeader {
  type: number;
  machine: number;
  programs: ElfTable;
  sections: ElfTable;
  /** Which of the sections has their names. */
  names: number;
}

/** A part of the file that is loaded, or read by whoever loads it. */
export interface Segment {
  type: number;
  offset: number;
  address: number;
  bytes: number;
}

/** A part of the file that linkers and debuggers know by its name. */
export interface Section {
  /** Where its name begins in the section of names. */
  name: number;
  type: number;
  flags: number;
  address: number;
  offset: number;
  bytes: number;
}

export const HEADER_BYTES = 64;
/** Entries of a 64-bit file are so long at least. */
export const PROGRAM_BYTES = 56;
export const SECTION_BYTES = 64;
export const SHT_SYMTAB = 2;
const NAME_MAX = 4096;

/** Reads the first bytes of a 64-bit little-endian ELF file; null for anything else. */
export function readHeader(bytes: Uint8Array): ElfHeader | null {
  const head = viewOf(bytes);
  if (head.byteLength < HEADER_BYTES || head.getUint32(0) !== 0x7f454c46) return null;
  // Of 64 bits, little-endian.
  if (head.getUint8(4) !== 2 || head.getUint8(5) !== 1) return null;
  const table = (at: number, sizeAt: number): ElfTable => ({
    offset: u64(head, at),
    size: head.getUint16(sizeAt, true),
    count: head.getUint16(sizeAt + 2, true),
  });
  return {
    type: head.getUint16(16, true),
    machine: head.getUint16(18, true),
    programs: table(32, 54),
    sections: table(40, 58),
    names: head.getUint16(62, true),
  };
}

/** The entries of a table, from its bytes; fewer when they end before. */
export function entriesOf(bytes: Uint8Array, { size, count }: ElfTable): Uint8Array[] {
  const whole = size === 0 ? 0 : Math.min(count, Math.floor(bytes.length / size));
  return Array.from({ length: whole }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}

/** Reads an entry of the program headers. */
export function segmentOf(entry: Uint8Array): Segment {
  const data = viewOf(entry);
  return {
    type: data.getUint32(0, true),
    offset: u64(data, 8),
    address: u64(data, 16),
    bytes: u64(data, 32),
  };
}

/** Reads an entry of the section headers. */
export function sectionOf(entry: Uint8Array): Section {
  const data = viewOf(entry);
  return {
    name: data.getUint32(0, true),
    type: data.getUint32(4, true),
    flags: u64(data, 8),
    address: u64(data, 16),
    offset: u64(data, 24),
    bytes: u64(data, 32),
  };
}

/** A text that ends with a NUL. */
export function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return String.fromCharCode(...bytes.subarray(at, end < 0 ? at + NAME_MAX : Math.min(end, at + NAME_MAX)));
}

/** Numbers in bytes. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A number of 64 bits; what is larger than any file has is not exact, and leads out of it. */
export const u64 = (data: DataView, at: number): number => Number(data.getBigUint64(at, true));
