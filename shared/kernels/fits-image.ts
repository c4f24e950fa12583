import type { Image } from '../images/image.js';
import type { AbilityId } from './abilities.js';
import type { Kernel } from './kernel.js';
import { isNommu } from './nommu.js';

const rootAbility: Readonly<Partial<Record<Image['filesystem'], AbilityId>>> = {
  ext2: 'ext4',
  ext3: 'ext4',
  ext4: 'ext4',
  xfs: 'xfs',
  btrfs: 'btrfs',
};

/**
 * Why a machine on an image would hardly boot with a kernel, as one sentence; null when nothing speaks against it. Its root
 * file system must be built in: a module is on the very disk that is to be mounted.
 */
export function whyUnlikely(kernel: Kernel, image: Pick<Image, 'filesystem'>): string | null {
  const ability = rootAbility[image.filesystem];
  const answer = ability === undefined ? 'unknown' : kernel.answers[ability];
  if (answer === 'no' || answer === 'module')
    return `The image’s root file system is ${image.filesystem}, which ${kernel.version} ${answer === 'no' ? 'was built without' : 'has as a module only'}.`;
  if (isNommu(kernel))
    return `${kernel.version} has no memory protection (MMU): it runs images that were made for it, with position-independent programs of musl.`;
  return null;
}
