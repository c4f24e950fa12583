/** What resolving needs of an entry. */
interface Linked {
  kind: string;
  target: string;
}

/** As many links as Linux follows (path_resolution(7)). */
const LINKS_MAX = 40;

/**
 * Where a path of a tree leads, all links followed within the tree: an absolute one begins at its root, and `..` above
 * the root is the root. Null when nothing is there. Folders need no entry of their own to be passed through.
 */
export function resolveInTree(entries: ReadonlyMap<string, Linked>, path: string): string | null {
  let left = LINKS_MAX;
  const todo = path.split('/').toReversed();
  let done: string[] = [];
  while (todo.length > 0) {
    const part = todo.pop();
    if (part === undefined || part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const here = [...done, part].join('/');
    const entry = entries.get(here);
    if (entry?.kind === 'link') {
      left -= 1;
      if (left < 0) return null;
      if (entry.target.startsWith('/')) done = [];
      todo.push(...entry.target.split('/').toReversed());
    } else done.push(part);
  }
  const real = done.join('/');
  return real === '' || entries.has(real) ? real : null;
}
