import type { Writable } from 'node:stream';

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
}

/** Something to put into a tree, in the place of what is there. Folders above it are made as need be. */
export type TreePut =
  | { kind: 'file'; path: string; mode: number; uid: number; gid: number; text: string | Uint8Array }
  /** A file of this computer. */
  | { kind: 'copy'; path: string; mode: number; uid: number; gid: number; from: string }
  | { kind: 'folder'; path: string; mode: number; uid: number; gid: number }
  | { kind: 'link'; path: string; target: string };

/** What to change in a tree while it is written. */
export interface TreeEdits {
  put: readonly TreePut[];
  /** Paths that are left out, with all below them. */
  remove: readonly string[];
}

/** A root file system that was read and found safe. */
export interface Tree {
  /** By path. Later entries of an archive have taken the place of earlier ones; whiteouts are applied. */
  entries: ReadonlyMap<string, TreeEntry>;
  /** Bytes of all files. */
  bytes: number;
  /** The text of a small file (at most 1 MB), links followed within the tree; null when there is none. */
  text(path: string): Promise<string | null>;
  /**
   * Writes it as a plain tar that any tar unpacks safely: parents first, relative names, no entry below a link. The
   * stream is ended. Throws Failure `cancelled`.
   */
  write(to: Writable, edits: TreeEdits, signal?: AbortSignal): Promise<void>;
  /** Removes what was unpacked beside it. */
  close(): Promise<void>;
}
