import type { RecipeDisk } from '@shared/images/recipe.js';

/**
 * True when the file system is filled by a helper machine, from a tar: mkfs.xfs fills none, and an ordinary user can't
 * give mkfs.btrfs files with capabilities to copy. An ext4 gets those by debugfs.
 */
export function isFilledByHelper(filesystem: RecipeDisk['filesystem'], hasAttributes: boolean): boolean {
  return filesystem === 'xfs' || (filesystem === 'btrfs' && hasAttributes);
}
