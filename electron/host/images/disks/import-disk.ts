import { failure } from '@shared/errors/paddock-error.js';
import type { Image } from '@shared/images/image.js';

/** Copies a disk of any format that qemu-img reads to a raw, sparse file. Throws Failure; nothing is left. */
export async function importDisk(
  path: string,
  target: string,
  _options: { signal?: AbortSignal; onProgress?: (fraction: number) => void },
): Promise<void> {
  throw failure('image-source', { path, why: `disks can’t be imported yet (${target})` });
}

/** Where the root file system of a raw disk is, and what it is. */
export async function findRoot(_path: string): Promise<Pick<Image, 'rootPartition' | 'filesystem'>> {
  return { rootPartition: null, filesystem: 'unknown' };
}
