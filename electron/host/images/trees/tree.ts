import type { Writable } from 'node:stream';
import type { Attributes } from '@shared/images/extended-attributes.js';
import type { TreeEntry } from '@shared/images/tree-index.js';
import type { TreePut } from '@shared/images/tree-edits.js';

/** What to change in a tree while it is written. */
export interface TreeEdits {
  put: readonly TreePut[];
  /** Paths that are left out, with all below them. */
  remove: readonly string[];
}

/** How a tree is written. */
export interface WriteOptions {
  signal?: AbortSignal;
  loosen?: boolean;
}

/** A file or folder of a tree with extended attributes. */
export interface AttributedPath {
  path: string;
  attributes: Attributes;
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
   * stream is ended. With `loosen` its owner may read and write all of it, and what has other permissions is told, by
   * path: an ordinary user who unpacks it could not read the rest again. Throws Failure `cancelled`.
   */
  write(to: Writable, edits: TreeEdits, options?: WriteOptions): Promise<ReadonlyMap<string, number>>;
  /** What has extended attributes when the edits are made; of a file with many names one. */
  attributed(edits: TreeEdits): AttributedPath[];
  /** Names of extended attributes of its archive that are not kept; not more than a line has room for. */
  leftAttributes: readonly string[];
  /** Closes its files. What was unpacked is in the work folder of whoever had it read. */
  close(): Promise<void>;
}
