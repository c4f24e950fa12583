import type { LoadedPart } from '../programs/elf.js';

/** A function or a variable of a kernel. */
export interface KernelSymbol {
  address: number;
  name: string;
  isFunction: boolean;
}

const TOKENS = 256;
const INDEX_BYTES = TOKENS * 2;
/** Every 256th name has a marker. */
const MARKED = 256;
/** A kernel with everything in it has some 200 000. */
const SYMBOLS_MAX = 1_000_000;
/** How far before its token table a kernel's other tables are looked for. */
const REACH = 8 * 1024 * 1024;
const LEAST_MARKERS = 8;
/** No 256 names take more. */
const MARK_STEP_MAX = 64 * 1024;

/**
 * The names that a kernel with CONFIG_KALLSYMS has of its functions for its own call traces, also one whose symbols were
 * stripped from its file. The tables have no header and no name: they are found by what they look like
 * (scripts/kallsyms.c). Names are made of 256 tokens; of these the digits are always their own, which is where the search
 * begins. Null when there are none.
 */
export function readKallsyms(file: Uint8Array, parts: readonly LoadedPart[]): KernelSymbol[] | null {
  const data = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let digits = findDigits(file, 0); digits >= 0; digits = findDigits(file, digits + 1)) {
    const tokens = readTokens(file, digits);
    if (!tokens) continue;
    const names = findNames(file, data, tokens);
    if (!names) continue;
    const addresses = readAddresses(data, parts, names, tokens.end);
    if (!addresses) continue;
    return names.texts.map((text, n) => ({
      address: addresses[n] ?? 0,
      name: text.slice(1),
      // As nm(1) has it: code, and weak.
      isFunction: 'TtWw'.includes(text.charAt(0)),
    }));
  }
  return null;
}

/** The tokens "0" to "9", each with its NUL. */
function findDigits(file: Uint8Array, from: number): number {
  for (let at = file.indexOf(0x30, from); at >= 0; at = file.indexOf(0x30, at + 1)) {
    let n = 1;
    while (n < 10 && file[at + 2 * n] === 0x30 + n && file[at + 2 * n - 1] === 0) n += 1;
    if (n === 10) return at;
  }
  return -1;
}

interface Tokens {
  start: number;
  texts: string[];
  /** Behind the index of the tokens. */
  end: number;
}

/** The whole token table around its digits, if the table of its offsets follows, which proves it. */
function readTokens(file: Uint8Array, digits: number): Tokens | null {
  let start = digits;
  for (let n = 0; n < 0x30; n += 1) {
    start -= 1;
    if (start <= 0 || file[start] !== 0) return null;
    while (start > 0 && file[start - 1] !== 0) start -= 1;
  }
  const texts: string[] = [];
  const index: number[] = [];
  let at = start;
  for (let n = 0; n < TOKENS; n += 1) {
    const end = file.indexOf(0, at);
    if (end < 0 || end - at > 128) return null;
    index.push(at - start);
    texts.push(String.fromCharCode(...file.subarray(at, end)));
    at = end + 1;
  }
  for (let from = at; from < at + 16; from += 1) {
    const isIndex = index.every(
      (offset, n) => (file[from + 2 * n] ?? 0) + (file[from + 2 * n + 1] ?? 0) * 256 === offset,
    );
    if (isIndex) return { start, texts, end: from + INDEX_BYTES };
  }
  return null;
}

interface Names {
  /** Where their count stands. */
  countAt: number;
  texts: string[];
}

/** The names, by their markers, which grow by the bytes of 256 names each. */
function findNames(file: Uint8Array, data: DataView, tokens: Tokens): Names | null {
  const least = Math.max(4, tokens.start - REACH);
  for (let at = (tokens.start & ~3) - 4; at >= least; at -= 4) {
    if (data.getUint32(at, true) !== 0) continue;
    const markers = markersAt(data, at, tokens.start);
    // What stands behind the markers may by chance look like more of them.
    for (let count = markers.length; count >= LEAST_MARKERS && count > markers.length - 3; count -= 1) {
      const found = namesBefore(file, data, tokens, at, markers.slice(0, count));
      if (found) return found;
    }
  }
  return null;
}

function markersAt(data: DataView, from: number, end: number): number[] {
  const markers = [0];
  for (let at = from + 4; at + 4 <= end; at += 4) {
    const step = data.getUint32(at, true) - (markers.at(-1) ?? 0);
    if (step < MARKED || step > MARK_STEP_MAX) break;
    markers.push(data.getUint32(at, true));
  }
  return markers;
}

function namesBefore(
  file: Uint8Array,
  data: DataView,
  tokens: Tokens,
  markersAtByte: number,
  markers: readonly number[],
): Names | null {
  const last = markers.at(-1) ?? 0;
  const latest = markersAtByte - last;
  for (let start = latest & ~3; start >= Math.max(8, latest - MARK_STEP_MAX); start -= 4) {
    for (const gap of [4, 8]) {
      const count = data.getUint32(start - gap, true);
      if (count > SYMBOLS_MAX || Math.ceil(count / MARKED) !== markers.length) continue;
      const texts = readNames(file, tokens, start, markersAtByte, count, markers);
      if (texts) return { countAt: start - gap, texts };
    }
  }
  return null;
}

function readNames(
  file: Uint8Array,
  tokens: Tokens,
  start: number,
  end: number,
  count: number,
  markers: readonly number[],
): string[] | null {
  const texts: string[] = [];
  let at = start;
  for (let n = 0; n < count; n += 1) {
    if (n % MARKED === 0 && markers[n / MARKED] !== at - start) return null;
    let length = file[at] ?? 0;
    at += 1;
    if (length & 0x80) {
      // Since 6.1: long names have two bytes of length.
      length = (length & 0x7f) | ((file[at] ?? 0) << 7);
      at += 1;
    }
    if (length === 0 || at + length > end) return null;
    let text = '';
    for (const token of file.subarray(at, at + length)) text += tokens.texts[token] ?? '';
    if (text.length < 2) return null;
    texts.push(text);
    at += length;
  }
  return texts;
}

/** The addresses, wherever this kernel has them: names are sorted by them, which proves each way. */
function readAddresses(
  data: DataView,
  parts: readonly LoadedPart[],
  { countAt, texts }: Names,
  tokensEnd: number,
): number[] | null {
  const count = texts.length;
  const u32s = (from: number): number[] | null =>
    from < 0 || from + count * 4 > data.byteLength
      ? null
      : Array.from({ length: count }, (_, n) => data.getUint32(from + 4 * n, true));
  const u64 = (at: number): number =>
    at < 0 || at + 8 > data.byteLength ? Number.NaN : Number(data.getBigUint64(at, true));
  const ways: (() => number[] | null)[] = [];
  for (const from of [align(tokensEnd, 4), align(tokensEnd, 8)]) {
    // 6.4 on: behind the tokens, relative to a base that follows.
    ways.push(() => u32s(from)?.map((offset) => offset + u64(align(from + count * 4, 8))) ?? null);
    // 7.0 on: each relative to where it stands itself.
    ways.push(() => {
      const address = addressOf(parts, from);
      return address === null
        ? null
        : (u32s(from)?.map((offset, n) => address + 4 * n + (offset | 0)) ?? null);
    });
  }
  // Up to 6.3: before the names, relative to a base or whole.
  for (const baseAt of [countAt - 8, countAt - 16])
    for (const pad of [0, 4])
      ways.push(() => u32s(baseAt - pad - count * 4)?.map((offset) => offset + u64(baseAt)) ?? null);
  ways.push(() => Array.from({ length: count }, (_, n) => u64(countAt - (count - n) * 8)));
  for (const way of ways) {
    const addresses = way();
    if (addresses && areAddresses(addresses, parts)) return addresses;
  }
  return null;
}

function areAddresses(addresses: readonly number[], parts: readonly LoadedPart[]): boolean {
  const first = Math.min(...parts.map(({ address }) => address));
  // Beyond the file is memory that begins empty.
  const last = Math.max(...parts.map(({ address, length }) => address + length)) + 256 * 1024 * 1024;
  let before = 0;
  for (const address of addresses) {
    if (!(address >= before)) return false;
    before = address;
  }
  // A few absolute ones may stand before all others.
  const inside = addresses.filter((address) => address >= first && address < last).length;
  return inside > addresses.length * 0.9;
}

function addressOf(parts: readonly LoadedPart[], offset: number): number | null {
  const part = parts.find((other) => offset >= other.offset && offset < other.offset + other.length);
  return part ? part.address + offset - part.offset : null;
}

function align(at: number, to: number): number {
  return Math.ceil(at / to) * to;
}
