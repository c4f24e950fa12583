import type { ImageEntry } from '@shared/api/image-calls.js';

const collator = new Intl.Collator('en', { numeric: true });

/** Folders first, each by name. */
export function entriesInOrder(entries: readonly ImageEntry[]): ImageEntry[] {
  return [...entries].sort(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || collator.compare(a.name, b.name),
  );
}

/** The names that a path is made of. */
export function partsOf(path: string): string[] {
  return path.split('/').filter(Boolean);
}

/** A name in a folder, as a path. */
export function joined(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** The folder that a path is in. */
export function folderOf(path: string): string {
  return `/${partsOf(path).slice(0, -1).join('/')}`;
}

const kinds: Readonly<Record<ImageEntry['kind'], string>> = { folder: 'd', link: 'l', file: '-', other: '?' };

/** Permissions as ls prints them: "drwxr-xr-x", with s and t where they are. */
export function modeWords({ kind, mode }: Pick<ImageEntry, 'kind' | 'mode'>): string {
  const bits = [6, 3, 0].map((shift, n) => {
    const part = (mode >> shift) & 7;
    const isSpecial = (mode & (0o4000 >> n)) !== 0;
    const letter = n === 2 ? 't' : 's';
    const x = (part & 1) !== 0;
    const last = isSpecial ? (x ? letter : letter.toUpperCase()) : x ? 'x' : '-';
    return `${part & 4 ? 'r' : '-'}${part & 2 ? 'w' : '-'}${last}`;
  });
  return kinds[kind] + bits.join('');
}
