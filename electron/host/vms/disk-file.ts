import { open } from 'node:fs/promises';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import { SECTOR_SIZE, startsAsCow } from '@shared/layers/cow-header.js';
import type { DiskFlags } from '@shared/layers/disk.js';
import { statOrNull } from '../platform/files.js';

/**
 * What a file of somebody's must be to be a disk: there, whole sectors, and no layer unless it is taken as plain data.
 * Throws Failure `disk-path`.
 */
export async function checkFileDisk(path: string, flags: DiskFlags): Promise<void> {
  const bad = (why: string): Failure => failure('disk-path', { path, why });
  const file = await statOrNull(path);
  if (!file?.isFile() && !file?.isBlockDevice()) throw bad('it is no file and no block device');
  if (file.isFile() && file.size === 0) throw bad('it is empty');
  if (file.isFile() && file.size % SECTOR_SIZE !== 0)
    throw bad(`its size of ${file.size} bytes is no multiple of ${SECTOR_SIZE}, and UML leaves out the rest`);
  const start = Buffer.alloc(4);
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw bad(error.code === 'EACCES' ? 'you may not read it' : error.message);
  });
  await handle.read(start, 0, 4, 0).finally(() => handle.close());
  if (startsAsCow(start) && !flags.asData)
    throw bad(
      'it is a copy-on-write layer; its base must be named with it, so make it a layer of the library',
    );
}
