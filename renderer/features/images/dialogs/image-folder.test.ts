import { expect, test } from 'vitest';
import { entriesInOrder, folderOf, joined, modeWords } from './image-folder.js';

test('permissions as ls prints them', () => {
  expect(modeWords({ kind: 'file', mode: 0o644 })).toBe('-rw-r--r--');
  expect(modeWords({ kind: 'folder', mode: 0o1777 })).toBe('drwxrwxrwt');
  expect(modeWords({ kind: 'file', mode: 0o4755 })).toBe('-rwsr-xr-x');
  expect(modeWords({ kind: 'file', mode: 0o2644 })).toBe('-rw-r-Sr--');
});

test('paths in an image', () => {
  expect(joined('/', 'etc')).toBe('/etc');
  expect(joined('/etc', 'apt')).toBe('/etc/apt');
  expect(folderOf('/etc/apt')).toBe('/etc');
  expect(folderOf('/etc')).toBe('/');
});

test('folders first, numbers as numbers', () => {
  const entry = (name: string, kind: 'file' | 'folder') => ({
    name,
    kind,
    bytes: 0,
    mode: 0,
    uid: 0,
    gid: 0,
    target: '',
  });
  const names = entriesInOrder([entry('a10', 'file'), entry('a9', 'file'), entry('z', 'folder')]).map(
    ({ name }) => name,
  );
  expect(names).toEqual(['z', 'a9', 'a10']);
});
