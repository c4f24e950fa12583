import { guestDiskName, type DiskView } from './disk.js';

type NamedDisk = Pick<DiskView, 'unit' | 'kind' | 'use' | 'origin'>;

/** The disks of a machine that no snapshot holds: only what is a layer can be copied while nobody waits for it. */
export function disksLeftOut<T extends Pick<DiskView, 'kind'>>(disks: readonly T[]): T[] {
  return disks.filter(({ kind }) => kind !== 'layer');
}

/**
 * The disks that going back leaves as they are: what is no layer and, on the way to a snapshot, what that holds nothing
 * of. `units`: the disks that are in the snapshot; null: back to the pristine bases.
 */
export function disksThatStay<T extends Pick<DiskView, 'unit' | 'kind'>>(
  disks: readonly T[],
  units: readonly (number | null)[] | null,
): T[] {
  return disks.filter(({ kind, unit }) => kind !== 'layer' || (units !== null && !units.includes(unit)));
}

/** Disks by name, each with what it is: "/dev/ubdb (swap) and /dev/ubdc (an empty disk)". */
export function disksInWords(disks: readonly NamedDisk[]): string {
  return listInWords(disks.map((disk) => `/dev/${guestDiskName(disk.unit)} (${whatIs(disk)})`));
}

/** "a", "a and b", "a, b and c". */
export function listInWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

function whatIs({ kind, use, origin }: NamedDisk): string {
  switch (kind) {
    case 'layer':
      return 'a layer';
    case 'file':
      return 'a file of yours';
    case 'own':
      return use === 'swap' ? 'swap' : origin;
  }
}
