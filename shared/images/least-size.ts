import type { RecipeDisk } from './recipe.js';

/** The smallest disk in MB for each file system: mkfs.xfs makes none smaller from 5.19 on; btrfs needs room for its groups. */
export const LEAST_MIB: Readonly<Record<RecipeDisk['filesystem'], number>> = {
  ext4: 8,
  xfs: 320,
  btrfs: 256,
};

/** That a disk gets more than was asked for, as a sentence; null when it gets that. */
export function raisedText({ sizeMiB, filesystem }: RecipeDisk): string | null {
  const least = LEAST_MIB[filesystem];
  return sizeMiB === null || sizeMiB >= least
    ? null
    : `The image gets ${least} MB, not ${sizeMiB}: an image of ${filesystem} needs that at least.`;
}
