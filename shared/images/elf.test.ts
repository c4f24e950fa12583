import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseElf } from './elf.js';

const start = (path: string): Uint8Array => readFileSync(path).subarray(0, 16 * 1024);

test('programs of this computer', () => {
  expect(parseElf(start('/bin/sh'))).toMatchObject({
    isPie: true,
    interpreter: '/lib64/ld-linux-x86-64.so.2',
  });
  const busybox = parseElf(start('/bin/busybox'));
  expect(busybox?.interpreter).toBeNull();
  expect(parseElf(new TextEncoder().encode('#!/bin/sh\n'.padEnd(100)))).toBeNull();
});

test('whatever comes, nothing is thrown', () => {
  const header = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
  fc.assert(fc.property(fc.uint8Array({ minLength: 64, maxLength: 400 }), (bytes) => void parseElf(bytes)));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 400 }), (bytes) => {
      bytes.set(header);
      parseElf(bytes);
    }),
  );
});
