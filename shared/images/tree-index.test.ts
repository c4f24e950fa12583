import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TreeIndex, treePath, UnsafeEntry, type TreeEntry } from './tree-index.js';

const entry = (path: string, kind: TreeEntry['kind'] = 'file', target = '', size = 1): TreeEntry => ({
  path,
  kind,
  mode: 0o644,
  uid: 0,
  gid: 0,
  size,
  mtime: 0,
  target,
  device: null,
});
const tree = (...entries: TreeEntry[]): TreeIndex => {
  const index = new TreeIndex();
  for (const one of entries) index.add(one);
  return index;
};
const names = (index: TreeIndex): string[] => [...index.entries.keys()].sort();

test('names are made paths of the tree, or refused', () => {
  expect(treePath('./etc//passwd')).toBe('etc/passwd');
  expect(treePath('/etc/passwd')).toBe('etc/passwd');
  expect(treePath('./')).toBe('');
  for (const bad of [
    '../x',
    'a/../../x',
    'a/..',
    'a\0b',
    'a\uFFFDb',
    'x'.repeat(256),
    `${'a/'.repeat(300)}b`,
  ])
    expect(() => treePath(bad), JSON.stringify(bad).slice(0, 40)).toThrow(UnsafeEntry);
});

test('links in a path are followed within the tree, wherever they point', () => {
  const index = tree(
    entry('usr/lib', 'folder'),
    entry('lib', 'link', '/usr/lib'),
    entry('lib/x.so'),
    entry('out', 'link', '../../../../../../tmp'),
    entry('out/escaped'),
  );
  expect(names(index)).toEqual(['lib', 'out', 'tmp', 'tmp/escaped', 'usr', 'usr/lib', 'usr/lib/x.so']);
  expect(() => tree(entry('a', 'link', 'b'), entry('b', 'link', 'a'), entry('a/x'))).toThrow(/circle/);
  expect(() => tree(entry('a'), entry('a/x'))).toThrow(/no folder/);
});

test('later takes the place of earlier; a folder goes with all that is in it', () => {
  const index = tree(entry('a/b/c', 'file', '', 10), entry('a', 'link', '/etc'));
  expect(names(index)).toEqual(['a']);
  expect(index.bytes).toBe(0);
  expect(tree(entry('a', 'file', '', 5), entry('a', 'file', '', 7)).bytes).toBe(7);
});

test('hard links name files of the tree', () => {
  const index = tree(
    entry('a'),
    entry('b', 'hardlink', '/a'),
    entry('c', 'hardlink', './b'),
    entry('a', 'link', '/etc/shadow'),
  );
  expect(index.entries.get('c')?.linked).toBe(index.entries.get('b')?.linked);
  for (const target of ['/etc/passwd', '../../etc/passwd', 'folder', 'link', 'later'])
    expect(
      () =>
        tree(entry('folder', 'folder'), entry('link', 'link', '/etc/passwd'), entry('h', 'hardlink', target)),
      target,
    ).toThrow(UnsafeEntry);
});

test('layers: whiteouts take away what is below, before or after what is new', () => {
  const index = tree(entry('d/old'), entry('d/sub/old'), entry('gone'));
  index.beginLayer();
  for (const one of [entry('d/new'), entry('d/sub/new'), entry('d/.wh..wh..opq'), entry('.wh.gone')])
    index.add(one);
  expect(names(index)).toEqual(['d', 'd/new', 'd/sub', 'd/sub/new']);
  index.beginLayer();
  expect(() => index.add(entry('.wh...'))).toThrow(UnsafeEntry);
  expect(names(tree(entry('.wh.plain')))).toEqual(['.wh.plain']);
});

test('edits replace links instead of following them, and keep folders', () => {
  const index = tree(
    entry('etc', 'folder'),
    entry('etc/hostname', 'link', '/etc/other'),
    entry('sbin', 'link', 'usr/sbin'),
    entry('usr/sbin', 'folder'),
  );
  index.replace(entry('etc/hostname'));
  index.replace(entry('sbin/init', 'link', '/x'));
  index.replace(entry('sbin', 'folder'));
  expect(index.entries.get('etc/hostname')?.kind).toBe('file');
  expect(index.entries.get('usr/sbin/init')?.kind).toBe('link');
  expect(index.entries.get('sbin')?.kind).toBe('link');
});

test('whatever comes, nothing of the tree is below what is no folder, and hard links are known', () => {
  const part = fc.constantFrom('a', 'b', 'c', '..', '.', '', '.wh.a', '.wh..wh..opq');
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const some = fc.record({
    path,
    kind: fc.constantFrom<TreeEntry['kind']>('file', 'folder', 'link', 'hardlink', 'fifo'),
    target: path,
    layer: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(some, { maxLength: 30 }), (entries) => {
      const index = new TreeIndex();
      for (const { path: name, kind, target, layer } of entries) {
        if (layer) index.beginLayer();
        try {
          index.add(entry(name, kind, target));
        } catch (error) {
          expect(error).toBeInstanceOf(UnsafeEntry);
        }
      }
      let bytes = 0;
      for (const [name, one] of index.entries) {
        expect(one.path).toBe(name);
        expect(name.split('/').includes('..')).toBe(false);
        const slash = name.lastIndexOf('/');
        if (slash >= 0) expect(index.entries.get(name.slice(0, slash))?.kind).toBe('folder');
        if (one.kind === 'hardlink') expect(one.linked?.kind).toBe('file');
        if (one.kind === 'file') bytes += one.size;
      }
      expect(index.bytes).toBe(bytes);
    }),
    { numRuns: 1000 },
  );
});
