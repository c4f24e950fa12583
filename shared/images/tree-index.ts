import type { Attributes } from './extended-attributes.js';
import { resolveInTree } from './resolve-in-tree.js';

/** An entry of a root file system. Paths have no leading or trailing slash and no `.` or `..`: `etc/passwd`. */
export interface TreeEntry {
  path: string;
  kind: 'file' | 'folder' | 'link' | 'hardlink' | 'char' | 'block' | 'fifo';
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of a file's content. */
  size: number;
  mtime: number;
  /** Where a link leads, as written; of a hardlink the path of the entry it names. */
  target: string;
  device: { major: number; minor: number } | null;
  /** Of a hardlink: the file that it is, whatever takes its first name later. */
  linked?: TreeEntry;
  /** Extended attributes that are kept. */
  attributes?: Attributes;
}

const NAME_BYTES_MAX = 255;
const PATH_BYTES_MAX = 4000;
const DEPTH_MAX = 256;
export const ENTRIES_MAX = 2_000_000;
/** What `.wh.` names of an OCI layer take away (OCI image spec, layer.md). */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** An entry that no safe tree has: its name, and what is wrong with it, after the name. */
export class UnsafeEntry extends Error {
  constructor(
    readonly entry: string,
    readonly why: string,
  ) {
    super(`${entry} ${why}`);
  }
}

/** A name of an archive as a path of the tree, '' for its root. Throws UnsafeEntry. */
export function treePath(name: string): string {
  const bad = (why: string): UnsafeEntry => new UnsafeEntry(name.slice(0, 200), why);
  if (name.includes('\0')) throw bad('has a NUL in its name');
  // What is no UTF-8 came here as this character; two such names could not be told apart.
  if (name.includes('\uFFFD')) throw bad('has a name that is not UTF-8');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw bad('leads out of the tree by “..”');
  if (parts.length > DEPTH_MAX) throw bad(`is more than ${DEPTH_MAX} folders deep`);
  if (parts.some((part) => bytesOf(part) > NAME_BYTES_MAX)) throw bad('has too long a name');
  const path = parts.join('/');
  if (bytesOf(path) > PATH_BYTES_MAX) throw bad('has too long a path');
  return path;
}

/** Bytes of a text in UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/**
 * The entries of a root file system as they come from archives, one after the other: the later takes the place of the
 * earlier. No entry of it is below a link or a file, and no hardlink names what is not in it. `E` is what is known of
 * an entry besides, such as where its content is.
 */
export class TreeIndex<E extends TreeEntry = TreeEntry> {
  readonly entries = new Map<string, E>();
  /** Of the folders that have entries below them: their names, so that a folder can go with all that is in it. */
  private readonly children = new Map<string, Set<string>>();
  bytes = 0;
  /** Paths that the present layer has put in: an opaque folder hides only what layers below it have there. */
  private fresh: Set<string> | null = null;

  /** What comes now is one more layer on what is there: whiteouts count. */
  beginLayer(): void {
    this.fresh = new Set();
  }

  /** Takes an entry under the name that its archive gives it. Throws UnsafeEntry. */
  add(entry: E): void {
    const path = treePath(entry.path);
    if (path === '') return;
    const slash = path.lastIndexOf('/');
    const folder = this.folderFor(path.slice(0, Math.max(0, slash)), entry.path);
    const name = path.slice(slash + 1);
    if (this.fresh !== null && name.startsWith(WHITEOUT)) return this.whiteOut(folder, name);
    const place = folder === '' ? name : `${folder}/${name}`;
    const before = this.entries.get(place);
    if (entry.kind === 'folder' && before?.kind === 'folder') {
      this.entries.set(place, { ...entry, path: place });
      this.fresh?.add(place);
      return;
    }
    if (entry.kind !== 'hardlink') {
      this.remove(place);
      this.put({ ...entry, path: place });
      return;
    }
    const linked = this.fileOf(entry);
    // A file that is linked to itself stays the file.
    if (linked.path === place) return;
    this.remove(place);
    this.put({ ...entry, path: place, target: linked.path, linked });
  }

  /** Takes an entry of another tree as it is. */
  restore(entry: E): void {
    this.put(entry);
  }

  /** Puts something in the place of what is there; folders above are made, links in its path followed in the tree. */
  replace(entry: E): void {
    const slash = entry.path.lastIndexOf('/');
    const folder = this.folderFor(entry.path.slice(0, Math.max(0, slash)), entry.path);
    const name = entry.path.slice(slash + 1);
    const place = folder === '' ? name : `${folder}/${name}`;
    if (entry.kind === 'folder') {
      // One that is there keeps what is in it, and a link that leads to one stays.
      const real = resolveInTree(this.entries, place);
      if (real !== null && this.entries.get(real)?.kind === 'folder') return;
    }
    this.remove(place);
    this.put({ ...entry, path: place });
  }

  /** Takes away a path with all below it. */
  remove(path: string): void {
    for (const name of this.children.get(path) ?? []) this.remove(`${path}/${name}`);
    this.children.delete(path);
    const entry = this.entries.get(path);
    if (!entry) return;
    this.entries.delete(path);
    this.bytes -= entry.kind === 'file' ? entry.size : 0;
    const slash = path.lastIndexOf('/');
    this.children.get(path.slice(0, Math.max(0, slash)))?.delete(path.slice(slash + 1));
  }

  private put(entry: E): void {
    if (this.entries.size >= ENTRIES_MAX)
      throw new UnsafeEntry(entry.path, `is one too many: ${ENTRIES_MAX} are the most`);
    const { path } = entry;
    this.entries.set(path, entry);
    this.bytes += entry.kind === 'file' ? entry.size : 0;
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, slash));
    const names = this.children.get(folder);
    if (names) names.add(path.slice(slash + 1));
    else this.children.set(folder, new Set([path.slice(slash + 1)]));
    this.fresh?.add(path);
  }

  /** The folder that a path means, links followed within the tree; folders that aren't there are made. */
  private folderFor(path: string, name: string): string {
    let here = '';
    let left = 40;
    const todo = path.split('/').toReversed();
    while (todo.length > 0) {
      const part = todo.pop();
      if (part === undefined || part === '' || part === '.') continue;
      if (part === '..') {
        here = here.slice(0, Math.max(0, here.lastIndexOf('/')));
        continue;
      }
      const place = here === '' ? part : `${here}/${part}`;
      const entry = this.entries.get(place);
      if (entry?.kind === 'link') {
        left -= 1;
        if (left < 0) throw new UnsafeEntry(name, 'is below links that lead in a circle');
        if (entry.target.startsWith('/')) here = '';
        todo.push(...entry.target.split('/').toReversed());
        continue;
      }
      if (entry && entry.kind !== 'folder')
        throw new UnsafeEntry(name, `is below ${place}, which is no folder`);
      if (!entry) this.put(implied(place) as E);
      here = place;
      if (here.length > PATH_BYTES_MAX) throw new UnsafeEntry(name, 'has too long a path');
    }
    return here;
  }

  /** The file that a hardlink names; links in its path are followed within the tree. */
  private fileOf({ target, path }: E): TreeEntry {
    const wanted = treePath(target);
    const slash = wanted.lastIndexOf('/');
    const folder = resolveInTree(this.entries, wanted.slice(0, Math.max(0, slash)));
    const real = [folder ?? '', wanted.slice(slash + 1)].filter((part) => part !== '').join('/');
    const named = folder === null ? undefined : this.entries.get(real);
    const file = named?.kind === 'hardlink' ? named.linked : named;
    if (file?.kind !== 'file')
      throw new UnsafeEntry(path, `is a hard link to ${target.slice(0, 200)}, which is no file of the tree`);
    return file;
  }

  /** Takes away what is below a folder and not of the present layer. */
  private removeOld(folder: string): void {
    for (const one of this.children.get(folder) ?? []) {
      const path = folder === '' ? one : `${folder}/${one}`;
      this.removeOld(path);
      // A folder that something new is in stays, whether the layer names it or not.
      if (!this.fresh?.has(path) && (this.children.get(path)?.size ?? 0) === 0) this.remove(path);
    }
  }

  private whiteOut(folder: string, name: string): void {
    if (name === OPAQUE) {
      this.removeOld(folder);
      return;
    }
    const gone = name.slice(WHITEOUT.length);
    if (gone === '' || gone === '.' || gone === '..')
      throw new UnsafeEntry(name, 'takes away no name that can be');
    const path = folder === '' ? gone : `${folder}/${gone}`;
    if (!this.fresh?.has(path)) this.remove(path);
  }
}

/** A folder that no entry tells of, but that entries are in. */
function implied(path: string): TreeEntry {
  return { path, kind: 'folder', mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0, target: '', device: null };
}
