import {
  entriesOf,
  HEADER_BYTES,
  PROGRAM_BYTES,
  readHeader,
  SECTION_BYTES,
  sectionOf,
  segmentOf,
  SHT_SYMTAB,
  textAt,
  viewOf,
  type ElfHeader,
  type ElfTable,
  type Section,
  type Segment,
} from './elf-tables.js';

/** Reads bytes of a file; fewer come when it ends there. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/** What of a program's file is where in memory. */
export interface LoadedPart {
  offset: number;
  length: number;
  address: number;
}

/** What an ELF program says of itself that decides whether it can run, and be debugged, here. */
export interface ElfFacts {
  /** `x86-64`, `aarch64`, or the number of the machine in elf.h. */
  machine: string;
  /** The dynamic loader; null for a static program. */
  interpreter: string | null;
  /** The newest version of glibc whose symbols it uses, such as 2.38; null when it uses none. */
  glibc: string | null;
  /** It may be loaded anywhere (ET_DYN): what a kernel without an MMU needs of its programs. */
  isPie: boolean;
  /** It has its symbol table (.symtab), and debug information with lines of its source (.debug_info, .debug_line). */
  hasSymbols: boolean;
  hasDebugInfo: boolean;
  /** The build's own number, in hex; null when it doesn't say. */
  buildId: string | null;
  /** What of the file is where in memory. */
  loaded: LoadedPart[];
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;
const ET_DYN = 3;
const NT_GNU_BUILD_ID = 3;
/** More of anything than a program has; a file that says more is not believed. */
const MANY = 4096;
const TEXT_MAX = 32 * 1024 * 1024;
const NOTES_MAX = 256 * 1024;
const BUILD_ID_BYTES_MAX = 64;

const machines: Readonly<Record<number, string>> = { 3: 'x86', 62: 'x86-64', 183: 'aarch64', 243: 'riscv' };

/**
 * Reads a 64-bit little-endian ELF file; null for anything else, also for one whose headers lead out of it (elf(5)).
 * Reads a few kilobytes, however large the file is.
 */
export async function readElf(read: ReadAt): Promise<ElfFacts | null> {
  try {
    return await readFacts(read);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

async function readFacts(read: ReadAt): Promise<ElfFacts | null> {
  const header = readHeader(await read(0, HEADER_BYTES));
  if (!header) return null;
  const segments = (await entries(read, header.programs, PROGRAM_BYTES)).map(segmentOf);
  const interp = segments.find(({ type }) => type === PT_INTERP);
  const sections = await sectionsOf(read, header);
  const has = (name: string): boolean =>
    sections.some((one) => one.bytes > 0 && (one.name === `.${name}` || one.name === `.z${name}`));
  return {
    machine: machines[header.machine] ?? String(header.machine),
    interpreter: interp ? textAt(await read(interp.offset, Math.min(interp.bytes, 4096)), 0) : null,
    glibc: await newestGlibc(read, segments),
    isPie: header.type === ET_DYN,
    hasSymbols: sections.some(({ type, bytes }) => type === SHT_SYMTAB && bytes > 0),
    hasDebugInfo: has('debug_info') && has('debug_line'),
    buildId: await buildIdOf(read, segments),
    loaded: segments
      .filter(({ type }) => type === PT_LOAD)
      .map(({ offset, bytes, address }) => ({ offset, length: bytes, address })),
  };
}

/** The entries of a table. */
async function entries(read: ReadAt, table: ElfTable, least: number): Promise<Uint8Array[]> {
  const { offset, size, count } = table;
  if (count === 0) return [];
  if (size < least || count > MANY) throw new RangeError('no such table');
  return entriesOf(await read(offset, size * count), table);
}

async function sectionsOf(
  read: ReadAt,
  header: ElfHeader,
): Promise<(Omit<Section, 'name'> & { name: string })[]> {
  const sections = (await entries(read, header.sections, SECTION_BYTES)).map(sectionOf);
  const names = sections[header.names];
  if (!names) return [];
  const texts = await read(names.offset, Math.min(names.bytes, TEXT_MAX));
  return sections.map((section) => ({ ...section, name: textAt(texts, section.name) }));
}

/** The build's own number among the notes, in hex. */
async function buildIdOf(read: ReadAt, segments: readonly Segment[]): Promise<string | null> {
  for (const { type, offset, bytes } of segments) {
    if (type !== PT_NOTE) continue;
    const id = buildIdIn(await read(offset, Math.min(bytes, NOTES_MAX)));
    if (id !== null) return id;
  }
  return null;
}

function buildIdIn(notes: Uint8Array): string | null {
  const data = viewOf(notes);
  for (let at = 0; at + 12 <= notes.length;) {
    const nameLength = data.getUint32(at, true);
    const length = data.getUint32(at + 4, true);
    const type = data.getUint32(at + 8, true);
    const from = at + 12 + align4(nameLength);
    const next = from + align4(length);
    if (nameLength > notes.length || length > notes.length || from + length > notes.length) return null;
    const isGnu = nameLength === 4 && data.getUint32(at + 12) === 0x474e5500;
    if (isGnu && type === NT_GNU_BUILD_ID && length <= BUILD_ID_BYTES_MAX)
      return [...notes.subarray(from, from + length)]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
    at = next;
  }
  return null;
}

const align4 = (length: number): number => Math.ceil(length / 4) * 4;

/** Of the versions that it needs of its libraries (.gnu.version_r), the newest GLIBC_N.N. */
async function newestGlibc(read: ReadAt, segments: readonly Segment[]): Promise<string | null> {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return null;
  const table = viewOf(await read(dynamic.offset, Math.min(dynamic.bytes, MANY * 16)));
  const tags = new Map<number, number>();
  for (let at = 0; at + 16 <= table.byteLength; at += 16)
    tags.set(Number(table.getBigInt64(at, true)), Number(table.getBigUint64(at + 8, true)));
  const needs = tags.get(DT_VERNEED);
  const strings = tags.get(DT_STRTAB);
  if (needs === undefined || strings === undefined) return null;
  const place = (address: number): number => {
    const inside = segments.find(
      (one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.bytes,
    );
    if (!inside) throw new RangeError('an address outside of the file');
    return inside.offset + address - inside.address;
  };
  const texts = await read(place(strings), Math.min(tags.get(DT_STRSZ) ?? 0, TEXT_MAX));
  const bytes = viewOf(await read(place(needs), MANY * 16));
  const names: string[] = [];
  let need = 0;
  for (let n = 0; n < Math.min(tags.get(DT_VERNEEDNUM) ?? 0, MANY); n += 1) {
    let aux = need + bytes.getUint32(need + 8, true);
    for (let m = 0; m < Math.min(bytes.getUint16(need + 2, true), MANY); m += 1) {
      names.push(textAt(texts, bytes.getUint32(aux + 8, true)));
      aux += bytes.getUint32(aux + 12, true);
    }
    const step = bytes.getUint32(need + 12, true);
    if (step === 0) break;
    need += step;
  }
  const versions = names.flatMap((name) => /^GLIBC_(\d+\.\d+(?:\.\d+)?)$/.exec(name)?.[1] ?? []);
  return versions.sort(compareVersions).at(-1) ?? null;
}

/** Orders dotted numbers: 2.9 before 2.36. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
