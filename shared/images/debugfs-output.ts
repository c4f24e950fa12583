import type { ImageEntry } from '../api/image-calls.js';

/** A name in a folder of an ext file system, with its inode. */
export interface ExtEntry extends Omit<ImageEntry, 'target'> {
  inode: number;
}

const kinds: Readonly<Record<number, ImageEntry['kind']>> = {
  0o100000: 'file',
  0o040000: 'folder',
  0o120000: 'link',
};

/** The kind of a file by its mode (inode(7)). */
export function kindOfMode(mode: number): ImageEntry['kind'] {
  return kinds[mode & 0o170000] ?? 'other';
}

/**
 * What `debugfs ls -p` prints: `/inode/mode/uid/gid/name/size/` and a line's end for each name. A name can hold anything
 * but `/`, so that its fields are counted, and no name can pass for another entry. Throws RangeError for what isn't so.
 */
export function parseDebugfsList(said: string): ExtEntry[] {
  const entries: ExtEntry[] = [];
  const fields = said.split('/');
  // Before the first slash there is nothing; each entry has six fields and ends with what is before the next.
  for (let at = 1; at + 5 < fields.length; at += 7) {
    const [inode = '', mode = '', uid = '', gid = '', name = '', size = '', end = ''] = fields.slice(
      at,
      at + 7,
    );
    if (!/^\d+$/.test(inode) || !/^[0-7]+$/.test(mode) || !/^\n*$/.test(end))
      throw new RangeError('debugfs printed something else');
    if (inode === '0') continue;
    const bits = Number.parseInt(mode, 8);
    entries.push({
      name,
      inode: Number(inode),
      kind: kindOfMode(bits),
      bytes: Number(size) || 0,
      mode: bits & 0o7777,
      uid: Number(uid),
      gid: Number(gid),
    });
  }
  return entries;
}

/** Where a link leads, as `debugfs stat` prints it for one whose target is in its inode; null for another. */
export function fastLinkTarget(said: string): string | null {
  return /^Fast link dest: "([^]*)"\n*$/m.exec(said)?.[1] ?? null;
}
