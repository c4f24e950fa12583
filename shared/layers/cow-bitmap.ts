/** The bitmap of a copy-on-write file: bit n, least significant first, says that sector n is in the layer. */

const bitsOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});

/** How many sectors a bitmap (or a piece of one) says are in the layer. */
export function changedSectors(bitmap: Uint8Array): number {
  let sectors = 0;
  for (const byte of bitmap) if (byte !== 0) sectors += bitsOf[byte] ?? 0;
  return sectors;
}

/** The last sector that a bitmap (or a piece of one) says is in the layer, counted from its start; -1 for none. */
export function lastChangedSector(bitmap: Uint8Array): number {
  for (let n = bitmap.length - 1; n >= 0; n -= 1) {
    const byte = bitmap[n] ?? 0;
    if (byte !== 0) return n * 8 + (31 - Math.clz32(byte));
  }
  return -1;
}

/** Sectors from `start` up to, but not with, `end`. */
export interface Run {
  start: number;
  end: number;
}

/** The runs of changed sectors, in order, none touching the next; what is said of sectors from `sectors` on is ignored. */
export function* changedRuns(bitmap: Uint8Array, sectors: number): Generator<Run> {
  for (const { start, end } of runsOf(bitmap.subarray(0, Math.ceil(sectors / 8)))) {
    // The last byte may have bits for sectors that there aren't.
    if (start < sectors) yield { start, end: Math.min(end, sectors) };
  }
}

function* runsOf(bitmap: Uint8Array): Generator<Run> {
  let start = -1;
  for (let n = 0; n < bitmap.length; n += 1) {
    const byte = bitmap[n] ?? 0;
    // Whole bytes of one kind are most of any bitmap.
    if (byte === 0xff) {
      if (start < 0) start = n * 8;
    } else if (byte === 0) {
      if (start >= 0) yield { start, end: n * 8 };
      start = -1;
    } else {
      for (let bit = 0; bit < 8; bit += 1) {
        const isSet = ((byte >> bit) & 1) === 1;
        if (isSet && start < 0) start = n * 8 + bit;
        else if (!isSet && start >= 0) {
          yield { start, end: n * 8 + bit };
          start = -1;
        }
      }
    }
  }
  if (start >= 0) yield { start, end: bitmap.length * 8 };
}
