import { failure } from '@shared/errors/paddock-error.js';
import type { Tree } from './tree.js';

/** How a tree is read. */
export interface ReadTreeOptions {
  /** A folder of the caller's for what must be unpacked meanwhile. */
  workDir: string;
  signal?: AbortSignal;
  /** More than so many bytes of files are refused. */
  bytesMax: number;
  onProgress?: (done: number, total: number) => void;
}

/** Reads a root file system: tar (plain, gzip, xz, zstd), OCI layout, `docker save`, initramfs. Throws Failure. */
export async function readTree(path: string, _options: ReadTreeOptions): Promise<Tree> {
  throw failure('image-source', { path, why: 'trees can’t be read yet' });
}
