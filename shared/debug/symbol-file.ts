import { encodeUtf8 } from '../text-codec.js';
import {
  entriesOf,
  HEADER_BYTES,
  readHeader,
  SECTION_BYTES,
  sectionOf,
  SHT_SYMTAB,
  textAt,
} from '../programs/elf-tables.js';
import type { KernelSymbol } from './kallsyms.js';

const SYMBOL = 24;
const SHT_STRTAB = 3;
const SHT_NOBITS = 8;
const SHF_ALLOC = 0x2;
const SHN_ABS = 0xfff1;
const GLOBAL_FUNCTION = 0x12;
/** By what stands in there a debugger finds the frames of a stack. */
const keptContents: ReadonlySet<string> = new Set(['.eh_frame', '.eh_frame_hdr', '.notes']);

/** A section as it is in the new file. */
interface Part {
  /** Its header in the kernel's file. */
  header: Uint8Array;
  contents: Uint8Array | null;
  address: number;
  size: number;
}

/**
 * An ELF file with the sections of a kernel, empty but for what a debugger unwinds stacks by, and with symbols (elf(5)):
 * given to it in place of the kernel's own, it is a kernel whose symbols were not stripped. One that is merely added
 * (`add-symbol-file`), or stands for what was split off (by its build id), gdb 13 doesn't ask about addresses that the
 * kernel's file has sections for. Null when the kernel's file has no sections.
 */
export function symbolFile(kernel: Uint8Array, symbols: readonly KernelSymbol[]): Uint8Array | null {
  const parts = partsOf(kernel);
  if (!parts) return null;
  const sectionNames = namesOf(kernel);
  const addedNames = encodeUtf8('.symtab\0.strtab\0');
  const names = concat([sectionNames, addedNames]);
  const strings = symbols.map(({ name }) => encodeUtf8(`${name}\0`));
  const table = symbolTable(symbols, strings, parts);
  const contents = [
    ...parts.map((part) => part.contents),
    table,
    concat([new Uint8Array(1), ...strings]),
    names,
  ];
  const places: number[] = [];
  let at = HEADER_BYTES;
  for (const each of contents) {
    places.push(at);
    at += Math.ceil((each?.length ?? 0) / 8) * 8;
  }
  const count = parts.length + 3;
  const file = new Uint8Array(at + count * SECTION_BYTES);
  const data = new DataView(file.buffer);
  file.set(kernel.subarray(0, HEADER_BYTES));
  // No program headers: it is not to be run.
  data.setBigUint64(32, 0n, true);
  data.setUint16(56, 0, true);
  data.setBigUint64(40, BigInt(at), true);
  data.setUint16(60, count, true);
  data.setUint16(62, count - 1, true);
  for (const [n, each] of contents.entries()) if (each) file.set(each, places[n]);
  const header = (n: number): number => at + n * SECTION_BYTES;
  for (const [n, part] of parts.entries()) {
    file.set(part.header, header(n));
    data.setBigUint64(header(n) + 24, BigInt(places[n] ?? 0), true);
    if (part.contents || n === 0) continue;
    data.setUint32(header(n) + 4, SHT_NOBITS, true);
    if (!isAllocated(part.header)) data.setBigUint64(header(n) + 32, 0n, true);
  }
  const add = (n: number, name: number, type: number, link: number, entry: number): void => {
    const to = header(parts.length + n);
    data.setUint32(to, name, true);
    data.setUint32(to + 4, type, true);
    data.setBigUint64(to + 24, BigInt(places[parts.length + n] ?? 0), true);
    data.setBigUint64(to + 32, BigInt(contents[parts.length + n]?.length ?? 0), true);
    data.setUint32(to + 40, link, true);
    data.setUint32(to + 44, link === 0 ? 0 : 1, true);
    data.setBigUint64(to + 48, 8n, true);
    data.setBigUint64(to + 56, BigInt(entry), true);
  };
  const strtabName = sectionNames.length + '.symtab\0'.length;
  add(0, sectionNames.length, SHT_SYMTAB, parts.length + 1, SYMBOL);
  add(1, strtabName, SHT_STRTAB, 0, 0);
  add(2, strtabName, SHT_STRTAB, 0, 0);
  return file;
}

function partsOf(kernel: Uint8Array): Part[] | null {
  const sections = sectionsOf(kernel);
  if (sections.length === 0) return null;
  const names = namesOf(kernel);
  return sections.map((entry) => {
    // A copy, which `slice` of Node's own arrays is not.
    const header = Uint8Array.from(entry);
    const { name, address, offset, bytes } = sectionOf(header);
    const isKept = keptContents.has(textAt(names, name));
    return {
      header,
      contents: isKept ? kernel.subarray(offset, offset + bytes) : null,
      address,
      size: bytes,
    };
  });
}

/** The headers of its sections. */
function sectionsOf(kernel: Uint8Array): Uint8Array[] {
  const table = readHeader(kernel)?.sections;
  return table?.size === SECTION_BYTES ? entriesOf(kernel.subarray(table.offset), table) : [];
}

function namesOf(kernel: Uint8Array): Uint8Array {
  const entry = sectionsOf(kernel)[readHeader(kernel)?.names ?? 0];
  if (!entry) return new Uint8Array(1);
  const { offset, bytes } = sectionOf(entry);
  return kernel.subarray(offset, offset + bytes);
}

function isAllocated(header: Uint8Array): boolean {
  return ((header[8] ?? 0) & SHF_ALLOC) !== 0;
}

function symbolTable(
  symbols: readonly KernelSymbol[],
  strings: readonly Uint8Array[],
  parts: readonly Part[],
): Uint8Array {
  const table = new Uint8Array(SYMBOL * (symbols.length + 1));
  const data = new DataView(table.buffer);
  let name = 1;
  for (const [n, { address }] of symbols.entries()) {
    const at = SYMBOL * (n + 1);
    const section = parts.findIndex(
      (part) => isAllocated(part.header) && address >= part.address && address < part.address + part.size,
    );
    data.setUint32(at, name, true);
    table[at + 4] = GLOBAL_FUNCTION;
    data.setUint16(at + 6, section > 0 ? section : SHN_ABS, true);
    data.setBigUint64(at + 8, BigInt(address), true);
    name += strings[n]?.length ?? 0;
  }
  return table;
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
