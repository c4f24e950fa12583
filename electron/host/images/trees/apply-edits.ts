import { TreeIndex } from '@shared/images/tree-index.js';
import type { TreePut } from '@shared/images/tree-edits.js';
import type { StoredEntry } from './tar-index.js';
import type { WrittenEntry } from './tar-writer.js';
import type { TreeEdits } from './tree.js';

/** The entries of a tree with edits made to them; the tree itself stays as it is. */
export function applyEdits(
  tree: TreeIndex<StoredEntry>,
  edits: TreeEdits,
): ReadonlyMap<string, WrittenEntry> {
  const edited = new TreeIndex<WrittenEntry>();
  for (const entry of tree.entries.values()) edited.restore(entry);
  for (const path of edits.remove) edited.remove(path);
  for (const put of edits.put) edited.replace(entryOf(put));
  return edited.entries;
}

function entryOf(put: TreePut): WrittenEntry {
  const common = { path: put.path, mtime: 0, size: 0, target: '', device: null, content: null };
  switch (put.kind) {
    case 'link':
      return { ...common, kind: 'link', mode: 0o777, uid: 0, gid: 0, target: put.target };
    case 'folder':
      return { ...common, kind: 'folder', mode: put.mode, uid: put.uid, gid: put.gid };
    case 'copy':
      return { ...common, kind: 'file', mode: put.mode, uid: put.uid, gid: put.gid, from: put.from };
    case 'file':
      return { ...common, kind: 'file', mode: put.mode, uid: put.uid, gid: put.gid, text: put.text };
  }
}
