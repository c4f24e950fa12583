/** Reads bytes of a file; fewer come when it ends there. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

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
  /** It has its symbol table (.symtab), and its debug information (.debug_info). */
  hasSymbols: boolean;
  hasDebugInfo: boolean;
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;
const ET_DYN = 3;
const SHT_SYMTAB = 2;
/** More of anything than a program has; a file that says more is not believed. */
const MANY = 4096;
const TEXT_MAX = 32 * 1024 * 1024;
const NAME_MAX = 4096;

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

interface Segment {
  type: number;
  offset: number;
  address: number;
  bytes: number;
}

async function readFacts(read: ReadAt): Promise<ElfFacts | null> {
  const head = viewOf(await read(0, 64));
  if (head.byteLength < 64 || head.getUint32(0) !== 0x7f454c46) return null;
  // Of 64 bits, little-endian.
  if (head.getUint8(4) !== 2 || head.getUint8(5) !== 1) return null;
  const segments = (await records(read, head, { at: 32, sizeAt: 54, countAt: 56, least: 56 })).map(segmentOf);
  const interp = segments.find(({ type }) => type === PT_INTERP);
  const sections = await sectionsOf(read, head);
  return {
    machine: machines[head.getUint16(18, true)] ?? String(head.getUint16(18, true)),
    interpreter: interp ? textAt(await read(interp.offset, Math.min(interp.bytes, 4096)), 0) : null,
    glibc: await newestGlibc(read, segments),
    isPie: head.getUint16(16, true) === ET_DYN,
    hasSymbols: sections.some(({ type }) => type === SHT_SYMTAB),
    hasDebugInfo: sections.some(({ name }) => name === '.debug_info' || name === '.zdebug_info'),
  };
}

/** The entries of a table whose place, entry size and count stand in the header. */
async function records(
  read: ReadAt,
  head: DataView,
  { at, sizeAt, countAt, least }: { at: number; sizeAt: number; countAt: number; least: number },
): Promise<DataView[]> {
  const offset = Number(head.getBigUint64(at, true));
  const size = head.getUint16(sizeAt, true);
  const count = head.getUint16(countAt, true);
  if (count === 0) return [];
  if (size < least || count > MANY) throw new RangeError('no such table');
  const table = await read(offset, size * count);
  return Array.from({ length: Math.floor(table.length / size) }, (_, n) =>
    viewOf(table.subarray(n * size, (n + 1) * size)),
  );
}

function segmentOf(entry: DataView): Segment {
  return {
    type: entry.getUint32(0, true),
    offset: Number(entry.getBigUint64(8, true)),
    address: Number(entry.getBigUint64(16, true)),
    bytes: Number(entry.getBigUint64(32, true)),
  };
}

async function sectionsOf(read: ReadAt, head: DataView): Promise<{ name: string; type: number }[]> {
  const entries = await records(read, head, { at: 40, sizeAt: 58, countAt: 60, least: 64 });
  const names = entries[head.getUint16(62, true)];
  if (!names) return [];
  const texts = await read(
    Number(names.getBigUint64(24, true)),
    Math.min(Number(names.getBigUint64(32, true)), TEXT_MAX),
  );
  return entries.map((entry) => ({
    name: textAt(texts, entry.getUint32(0, true)),
    type: entry.getUint32(4, true),
  }));
}

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

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return String.fromCharCode(...bytes.subarray(at, end < 0 ? at + NAME_MAX : Math.min(end, at + NAME_MAX)));
}

/** Orders dotted numbers: 2.9 before 2.36. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
