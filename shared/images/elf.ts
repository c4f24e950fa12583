/** What a program needs to be run. */
export interface ElfFacts {
  machine: 'x86-64' | 'other';
  /** Position-independent (ET_DYN): all that a kernel without an MMU can load. */
  isPie: boolean;
  /** The dynamic loader; null for a static program. */
  interpreter: string | null;
}

const PT_INTERP = 3;

/** Reads the headers of an ELF program (elf(5)) from its start; null for what is none. */
export function parseElf(start: Uint8Array): ElfFacts | null {
  const data = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (start.length < 64 || data.getUint32(0) !== 0x7f454c46) return null;
  // Only 64-bit little-endian ones are looked into.
  if (start[4] !== 2 || start[5] !== 1) return { machine: 'other', isPie: false, interpreter: null };
  const machine = data.getUint16(18, true) === 62 ? 'x86-64' : 'other';
  const isPie = data.getUint16(16, true) === 3;
  const tableAt = Number(data.getBigUint64(32, true));
  const size = data.getUint16(54, true);
  const count = data.getUint16(56, true);
  for (let n = 0; n < count; n += 1) {
    const at = tableAt + n * size;
    if (size < 56 || at + 56 > start.length) break;
    if (data.getUint32(at, true) !== PT_INTERP) continue;
    const from = Number(data.getBigUint64(at + 8, true));
    const length = Number(data.getBigUint64(at + 32, true));
    if (length > 4096 || from + length > start.length) break;
    return {
      machine,
      isPie,
      interpreter: textOf(start.subarray(from, from + length)),
    };
  }
  return { machine, isPie, interpreter: null };
}

/** A path of ASCII up to its NUL. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
}
