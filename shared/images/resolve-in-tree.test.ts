import { expect, test } from 'vitest';
import { resolveInTree } from './resolve-in-tree.js';

const entries = new Map(
  Object.entries({
    'usr/sbin/init': { kind: 'link', target: '/lib/systemd/systemd' },
    sbin: { kind: 'link', target: 'usr/sbin' },
    lib: { kind: 'link', target: 'usr/lib' },
    'usr/lib/systemd/systemd': { kind: 'file', target: '' },
    up: { kind: 'link', target: '../../../../etc/passwd' },
    'etc/passwd': { kind: 'file', target: '' },
    loop: { kind: 'link', target: 'loop' },
    gone: { kind: 'link', target: '/nowhere' },
  }),
);

test('links are followed within the tree', () => {
  expect(resolveInTree(entries, 'sbin/init')).toBe('usr/lib/systemd/systemd');
  expect(resolveInTree(entries, '/up')).toBe('etc/passwd');
  expect(resolveInTree(entries, 'loop')).toBeNull();
  expect(resolveInTree(entries, 'gone')).toBeNull();
  expect(resolveInTree(entries, 'etc/nothing')).toBeNull();
  expect(resolveInTree(entries, '')).toBe('');
});
