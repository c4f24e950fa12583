/** Something to put into a tree, in the place of what is there. Folders above it are made as need be. */
export type TreePut =
  | { kind: 'file'; path: string; mode: number; uid: number; gid: number; text: string }
  /** A file of this computer. */
  | { kind: 'copy'; path: string; mode: number; uid: number; gid: number; from: string }
  | { kind: 'folder'; path: string; mode: number; uid: number; gid: number }
  | { kind: 'link'; path: string; target: string };

/** A file of root's. */
export function rootFile(path: string, text: string, mode = 0o644): TreePut {
  return { kind: 'file', path, mode, uid: 0, gid: 0, text };
}
