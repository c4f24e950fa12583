import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CPIO_HEADER_BYTES, padded, parseCpioHeader } from './cpio.js';

const header = (fields: readonly number[], magic = '070701'): Uint8Array =>
  new TextEncoder().encode(magic + fields.map((field) => field.toString(16).padStart(8, '0')).join(''));

test('a header, field by field', () => {
  const bytes = header([7, 0o100644, 1, 2, 1, 99, 5, 8, 9, 3, 4, 6, 0]);
  expect(parseCpioHeader(bytes)).toEqual({
    inode: 7,
    mode: 0o100644,
    uid: 1,
    gid: 2,
    nlink: 1,
    mtime: 99,
    fileSize: 5,
    device: { major: 3, minor: 4 },
    nameSize: 6,
  });
  expect(
    parseCpioHeader(
      header(
        Array.from({ length: 13 }, () => 0),
        '070707',
      ),
    ),
  ).toBeNull();
  expect([0, 1, 4, 5].map(padded)).toEqual([0, 4, 4, 8]);
});

test('whatever comes, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: CPIO_HEADER_BYTES + 10 }), (bytes) => void parseCpioHeader(bytes)),
  );
});
