/** A partition, as Linux numbers it: 1 is /dev/ubda1. */
export interface Partition {
  number: number;
  /** Bytes from the start of the disk. */
  start: number;
  bytes: number;
}

/** A disk's partitions, in the order of their numbers. */
export interface PartitionTable {
  kind: 'gpt' | 'mbr';
  partitions: Partition[];
}

/** Reads a piece of a disk; what lies behind its end is missing. */
export type DiskReader = (at: number, length: number) => Uint8Array;

const SECTOR = 512;
/** As many as Linux takes of either kind. */
const ENTRIES_MAX = 128;
const EXTENDED = new Set([0x05, 0x0f, 0x85]);
/** Sectors that a number can name exactly as bytes. */
const SECTORS_MAX = 2 ** 43;

/**
 * The partitions of a disk, those in an extended one included; null for a disk without a table. Whatever such a table
 * says, nothing outside the disk is in the answer, and a chain that goes round comes to an end.
 */
export function partitionTable(read: DiskReader, diskBytes: number): PartitionTable | null {
  const mbr = entriesOf(read(0, SECTOR));
  if (mbr === null || mbr.every(({ type }) => type === 0)) return null;
  const fits = ({ start, bytes }: Partition): boolean => bytes > 0 && start > 0 && start + bytes <= diskBytes;
  if (mbr.some(({ type }) => type === 0xee))
    return { kind: 'gpt', partitions: gptPartitions(read).filter(fits) };
  const primary = mbr.map(({ first, count }, n) => ({
    number: n + 1,
    start: first * SECTOR,
    bytes: count * SECTOR,
  }));
  const plain = primary.filter((_, n) => !isEmpty(mbr[n]) && !EXTENDED.has(mbr[n]?.type ?? 0));
  const extended = mbr.find(({ type }) => EXTENDED.has(type));
  const logical = extended === undefined ? [] : logicalPartitions(read, extended.first);
  return { kind: 'mbr', partitions: [...plain, ...logical].filter(fits) };
}

interface Entry {
  type: number;
  first: number;
  count: number;
}

const isEmpty = (entry: Entry | undefined): boolean =>
  entry === undefined || entry.type === 0 || entry.count === 0;

/** The four entries of an MBR or of a link of an extended partition's chain; null for what is neither. */
function entriesOf(sector: Uint8Array): Entry[] | null {
  if (sector.length < SECTOR) return null;
  const data = new DataView(sector.buffer, sector.byteOffset, sector.byteLength);
  if (data.getUint16(510, true) !== 0xaa55) return null;
  const offsets = [446, 462, 478, 494];
  // A boot sector of a file system ends alike; a real table has only these as its flags.
  if (offsets.some((at) => ![0, 0x80].includes(data.getUint8(at)))) return null;
  return offsets.map((at) => ({
    type: data.getUint8(at + 4),
    first: data.getUint32(at + 8, true),
    count: data.getUint32(at + 12, true),
  }));
}

/** Each link names one partition, from its own sector on, and the next link, from the extended partition on. */
function logicalPartitions(read: DiskReader, base: number): Partition[] {
  const found: Partition[] = [];
  const seen = new Set<number>();
  for (let at = base; !seen.has(at) && seen.size < ENTRIES_MAX - 4;) {
    seen.add(at);
    const [own, next] = entriesOf(read(at * SECTOR, SECTOR)) ?? [];
    if (own !== undefined && !isEmpty(own))
      found.push({
        number: 5 + found.length,
        start: (at + own.first) * SECTOR,
        bytes: own.count * SECTOR,
      });
    if (next === undefined || isEmpty(next) || !EXTENDED.has(next.type)) break;
    at = base + next.first;
  }
  return found;
}

/** Header and entries as UEFI 5.3 has them; both are read where they say, within reason. */
function gptPartitions(read: DiskReader): Partition[] {
  const header = read(SECTOR, 92);
  if (header.length < 92 || String.fromCharCode(...header.subarray(0, 8)) !== 'EFI PART') return [];
  const data = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const entriesAt = Number(data.getBigUint64(72, true));
  const count = Math.min(data.getUint32(80, true), ENTRIES_MAX);
  const size = data.getUint32(84, true);
  if (size < 128 || size > 4096 || entriesAt > SECTORS_MAX) return [];
  const table = read(entriesAt * SECTOR, count * size);
  const found: Partition[] = [];
  for (let n = 0; (n + 1) * size <= table.length; n += 1) {
    const entry = new DataView(table.buffer, table.byteOffset + n * size, 128);
    const first = Number(entry.getBigUint64(32, true));
    const last = Number(entry.getBigUint64(40, true));
    const isUsed = table.subarray(n * size, n * size + 16).some((byte) => byte !== 0);
    if (isUsed && last < SECTORS_MAX && first <= last)
      found.push({ number: n + 1, start: first * SECTOR, bytes: (last - first + 1) * SECTOR });
  }
  return found;
}
