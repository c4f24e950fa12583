import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PARTITION_TABLE_END, partitionStarts, smallUnitOf } from './write-units.js';

/** The start of a disk that a real program made. */
function startOf(sizeMiB: number, argv: readonly string[], input = ''): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'paddock-units-'));
  try {
    const disk = join(folder, 'disk');
    execFileSync('truncate', ['-s', `${sizeMiB}M`, disk]);
    const [program = '', ...args] = argv;
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
    execFileSync(program, [...args, disk], { input, stdio: ['pipe', 'ignore', 'ignore'], env });
    const bytes = Buffer.alloc(PARTITION_TABLE_END);
    const fd = openSync(disk, 'r');
    readSync(fd, bytes, 0, bytes.length, 0);
    closeSync(fd);
    return bytes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('ext4 by its blocks, as mke2fs makes it', () => {
  expect(smallUnitOf(startOf(8, ['mke2fs', '-q', '-F', '-b', '1024']))).toEqual({
    bytes: 1024,
    what: 'has a file system with 1024-byte blocks',
  });
  expect(smallUnitOf(startOf(8, ['mke2fs', '-q', '-F', '-b', '4096']))).toBeNull();
});

test('xfs by its sectors: 512 by default', () => {
  const header = (sector: number): Uint8Array => {
    const bytes = new Uint8Array(PARTITION_TABLE_END);
    bytes.set(new TextEncoder().encode('XFSB'));
    new DataView(bytes.buffer).setUint16(102, sector);
    return bytes;
  };
  expect(smallUnitOf(header(512))).toEqual({ bytes: 512, what: 'has an xfs with 512-byte sectors' });
  expect(smallUnitOf(header(4096))).toBeNull();
});

test('partitions as sfdisk makes them, old and new', () => {
  const made = (label: string, starts: readonly number[]): number[] =>
    partitionStarts(
      startOf(
        8,
        ['sfdisk', '-q', '--no-reread', '--no-tell-kernel'],
        `label: ${label}\n${starts.map((start) => `start=${start}, size=2048\n`).join('')}`,
      ),
    );
  expect(made('dos', [63, 4096])).toEqual([63 * 512, 4096 * 512]);
  expect(made('gpt', [2048, 8192])).toEqual([2048 * 512, 8192 * 512]);
});

test('whatever comes, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      smallUnitOf(bytes);
      expect(partitionStarts(bytes)).toEqual(expect.any(Array));
    }),
  );
});
