import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EXT_SUPERBLOCK_END, extBlockSize } from './ext-superblock.js';
import { isSafeDiskPath } from './disk-path.js';

test('block sizes by their logarithm, no file system, no bytes', () => {
  const disk = (log: number): Uint8Array => {
    const bytes = new Uint8Array(EXT_SUPERBLOCK_END);
    const data = new DataView(bytes.buffer);
    data.setUint16(1024 + 56, 0xef53, true);
    data.setUint32(1024 + 24, log, true);
    return bytes;
  };
  expect([0, 1, 2, 6].map((log) => extBlockSize(disk(log)))).toEqual([1024, 2048, 4096, 65536]);
  expect(extBlockSize(disk(99))).toBeNull();
  expect(extBlockSize(new Uint8Array(EXT_SUPERBLOCK_END))).toBeNull();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1200 }), (bytes) => void extBlockSize(bytes)));
});

test('paths that UML takes apart are no disk paths', () => {
  expect(isSafeDiskPath('/home/ada/.local/share/paddock/disk.cow')).toBe(true);
  for (const path of [
    'relative',
    '/a,b',
    '/a:b',
    '/a b',
    '/a\tb',
    '/a\nb',
    '/a"b',
    "/a'b",
    `/${'x'.repeat(5000)}`,
  ])
    expect(isSafeDiskPath(path)).toBe(false);
});
