import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readlink, rename, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { isSafeDiskPath } from '@shared/images/disk-path.js';

/**
 * Paths that UML can be given. It takes its arguments apart at commas, colons and spaces, so a disk with one of them in
 * its path gets a link without, in a folder of Paddock's; the layer's header then names the link (docs/decisions/0022).
 */
export class SafeLinks {
  /** `folder` is one whose own path is safe. */
  constructor(private readonly folder: string) {}

  /** The path itself where it is safe, else that of its link, which need not be there. */
  pathFor(path: string): string {
    if (isSafeDiskPath(path)) return path;
    return join(this.folder, createHash('sha256').update(path).digest('hex').slice(0, 16));
  }

  /** The same, and the link is there. Throws Failure `path-unsafe` when even the link's own path isn't safe. */
  async ensure(path: string): Promise<string> {
    const link = this.pathFor(path);
    if (link === path) return path;
    if (!isSafeDiskPath(link)) throw failure('path-unsafe', { path });
    if ((await readlink(link).catch(() => null)) === path) return link;
    await mkdir(dirname(link), { recursive: true, mode: 0o700 });
    // In one step: another start may be using the old one, or making it at this moment.
    const fresh = join(dirname(link), `.${basename(link)}.${randomBytes(6).toString('hex')}`);
    await symlink(path, fresh);
    await rename(fresh, link);
    return link;
  }
}
