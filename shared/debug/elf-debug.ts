import type { LoadedPart } from './kallsyms.js';
import type { SymbolKind } from './debug-tool.js';

/** A part of a file. */
export interface Extent {
  offset: number;
  length: number;
}

/** Where the tables of an ELF file are, from its first 64 bytes (elf(5)); null for one that isn't looked into. */
export interface ElfTables {
  programs: Extent & { entry: number };
  sections: Extent & { entry: number; names: number };
}

const HEADER_BYTES = 64;
const PROGRAM_ENTRY = 56;
const SECTION_ENTRY = 64;
const PT_LOAD = 1;
const PT_NOTE = 4;
const NT_GNU_BUILD_ID = 3;
const BUILD_ID_BYTES_MAX = 64;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const u64 = (data: DataView, at: number): number => Number(data.getBigUint64(at, true));

/** Reads an ELF header. */
export function parseElfTables(header: Uint8Array): ElfTables | null {
  if (header.length < HEADER_BYTES) return null;
  const data = view(header);
  if (data.getUint32(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return null;
  const table = (at: number, sizes: number, entry: number): (Extent & { entry: number }) | null => {
    const size = data.getUint16(sizes, true);
    const count = data.getUint16(sizes + 2, true);
    if (count > 0 && size !== entry) return null;
    return { offset: u64(data, at), length: count * entry, entry };
  };
  const programs = table(32, 54, PROGRAM_ENTRY);
  const sections = table(40, 58, SECTION_ENTRY);
  if (!programs || !sections) return null;
  return { programs, sections: { ...sections, names: data.getUint16(62, true) } };
}

/** The notes of a program, by its program headers. */
export function noteExtents(programs: Uint8Array): Extent[] {
  const data = view(programs);
  const found: Extent[] = [];
  for (let at = 0; at + PROGRAM_ENTRY <= programs.length; at += PROGRAM_ENTRY)
    if (data.getUint32(at, true) === PT_NOTE)
      found.push({ offset: u64(data, at + 8), length: u64(data, at + 32) });
  return found;
}

/** What of the file is where in memory, by its program headers. */
export function loadedParts(programs: Uint8Array): LoadedPart[] {
  const data = view(programs);
  const found: LoadedPart[] = [];
  for (let at = 0; at + PROGRAM_ENTRY <= programs.length; at += PROGRAM_ENTRY)
    if (data.getUint32(at, true) === PT_LOAD)
      found.push({ offset: u64(data, at + 8), address: u64(data, at + 16), length: u64(data, at + 32) });
  return found;
}

/** The build's own number among notes, in hex; null when there is none. */
export function buildIdIn(notes: Uint8Array): string | null {
  const data = view(notes);
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

/** Where the names of the sections are. */
export function nameTable(sections: Uint8Array, names: number): Extent | null {
  const at = names * SECTION_ENTRY;
  if (at + SECTION_ENTRY > sections.length) return null;
  const data = view(sections);
  return { offset: u64(data, at + 24), length: u64(data, at + 32) };
}

/** What a debugger finds in a file with these sections. */
export function symbolKindOf(sections: Uint8Array, names: Uint8Array): SymbolKind {
  const data = view(sections);
  const found = new Set<string>();
  for (let at = 0; at + SECTION_ENTRY <= sections.length; at += SECTION_ENTRY) {
    const name = sectionName(names, data.getUint32(at, true));
    if (u64(data, at + 32) > 0) found.add(name);
  }
  if (found.has('.debug_info') && (found.has('.debug_line') || found.has('.zdebug_line'))) return 'lines';
  return found.has('.symtab') ? 'names' : 'none';
}

/** The name of a section, from where its header says. */
export function sectionName(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  const text = bytes.subarray(at, Math.min(end < 0 ? bytes.length : end, at + 64));
  return String.fromCharCode(...text);
}

function align4(length: number): number {
  return Math.ceil(length / 4) * 4;
}
