import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellText } from '../vms/command-line.js';
import { fastLinkTarget, parseDebugfsList } from './debugfs-output.js';
import { filesystemAt } from './disk-filesystem.js';
import { diskFormat } from './disk-format.js';
import { HelperOutput, helperInit } from './helper-script.js';
import { readTarHeader } from './image-archive.js';
import { partitionTable, type DiskReader } from './partition-table.js';

const readerOf =
  (disk: Uint8Array): DiskReader =>
  (at, length) =>
    disk.subarray(at, at + length);

/** An MBR with these entries: type, first sector, sectors. */
function mbr(disk: Uint8Array, at: number, entries: readonly (readonly [number, number, number])[]): void {
  const data = new DataView(disk.buffer, at * 512, 512);
  data.setUint16(510, 0xaa55, true);
  for (const [n, [type, first, count]] of entries.entries()) {
    data.setUint8(446 + n * 16 + 4, type);
    data.setUint32(446 + n * 16 + 8, first, true);
    data.setUint32(446 + n * 16 + 12, count, true);
  }
}

describe('partition tables', () => {
  it('number logical partitions as Linux does, and come to an end in a chain that goes round', () => {
    const disk = new Uint8Array(512 * 200);
    mbr(disk, 0, [
      [0x83, 10, 20],
      [0x05, 50, 100],
    ]);
    mbr(disk, 50, [
      [0x83, 2, 10],
      [0x05, 20, 30],
    ]);
    mbr(disk, 70, [
      [0x83, 2, 10],
      [0x05, 20, 30],
    ]);
    expect(partitionTable(readerOf(disk), disk.length)?.partitions).toEqual([
      { number: 1, start: 10 * 512, bytes: 20 * 512 },
      { number: 5, start: 52 * 512, bytes: 10 * 512 },
      { number: 6, start: 72 * 512, bytes: 10 * 512 },
    ]);
  });

  it('of any bytes name nothing outside the disk', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2048, maxLength: 4096 }), fc.boolean(), (noise, isGpt) => {
        const disk = new Uint8Array(noise);
        for (const at of [446, 462, 478, 494]) disk[at] = 0;
        disk.set([0x55, 0xaa], 510);
        if (isGpt) {
          disk[450] = 0xee;
          disk.set(new TextEncoder().encode('EFI PART'), 512);
          disk.set([1, 0, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0, 128, 0, 0, 0], 512 + 72);
        }
        for (const { start, bytes } of partitionTable(readerOf(disk), disk.length)?.partitions ?? []) {
          expect(start).toBeGreaterThan(0);
          expect(start + bytes).toBeLessThanOrEqual(disk.length);
        }
      }),
    );
  });
});

describe('what begins a disk', () => {
  it('is looked at without a fall, whatever it is', () => {
    const starts = ['QFI\u00fb', 'QED\0', 'KDMV', 'COWD', 'conectix', 'vhdxfile', 'XFSB', ''];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 3000 }), (start, noise) => {
        const disk = Uint8Array.from([...Buffer.from(start, 'latin1'), ...noise]);
        expect(['boolean']).toContain(typeof diskFormat(readerOf(disk), disk.length).ok);
        filesystemAt(readerOf(disk), 0);
        readTarHeader(disk.subarray(0, 512));
      }),
    );
  });

  it('tells the three kinds of ext apart', () => {
    const ext = (compatible: number, incompatible: number): Uint8Array => {
      const disk = new Uint8Array(4096);
      const data = new DataView(disk.buffer, 1024);
      data.setUint16(56, 0xef53, true);
      data.setUint32(92, compatible, true);
      data.setUint32(96, incompatible, true);
      return disk;
    };
    expect(
      [ext(0x38, 2), ext(0x3c, 2), ext(0x3c, 0x2c2)].map((disk) => filesystemAt(readerOf(disk), 0)),
    ).toEqual(['ext2', 'ext3', 'ext4']);
  });
});

describe('debugfs', () => {
  it('names of any bytes are names, and nothing more', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 40, unit: 'binary' })
      .map((text) => text.replaceAll(/[/\0]/g, '\n'));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), (names) => {
        const said = names.map((one, n) => `/${n + 11}/100644/0/42/${one}/7/\n`).join('');
        expect(parseDebugfsList(said)).toEqual(
          names.map((one, n) => ({
            name: one,
            inode: n + 11,
            kind: 'file',
            bytes: 7,
            mode: 0o644,
            uid: 0,
            gid: 42,
          })),
        );
      }),
    );
    expect(() => parseDebugfsList('ls: Ext2 directory corrupted /1/2/3/4/5/6/7')).toThrow(RangeError);
    expect(fastLinkTarget('Inode: 12\nFast link dest: "a"\nb"\n')).toBe('a"\nb');
  });
});

describe('words of others in a shell', () => {
  it('come out as they went in', () => {
    const word = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', ''));
    const words = fc.sample(fc.array(word, { minLength: 100, maxLength: 100 }), 3).flat();
    words.push("'", "''", '\\', '$(id)', '`id`', '-n', '\n', '"', 'ä', '*', '~', '');
    const said = execFileSync('sh', [
      '-c',
      words.map((one) => `printf '%s\\0' ${shellText([one])}`).join('\n'),
    ]);
    expect(said.toString().split('\0').slice(0, -1)).toEqual(words.map((one) => Buffer.from(one).toString()));
  });

  it('no folder of a helper has a name that is more than one', () => {
    expect(() => helperInit({ token: 't', folder: '/f', folders: { 'a; id': '/x' } })).toThrow('no name');
    expect(helperInit({ token: 't', folder: '/f', folders: { a: "/it's" } })).toContain(`'/it'\\''s'`);
  });
});

describe('what a helper says', () => {
  it('is what stands between its marks', () => {
    const told: string[] = [];
    const output = new HelperOutput('token', 20, (line) => told.push(line));
    for (const line of [
      'boots',
      'token begin',
      'one\r',
      'other end 3',
      'far too long for it',
      'token end 7',
      'after',
    ])
      output.add(line);
    expect([output.text, output.exitCode, told]).toEqual(['one\nother end 3', 7, ['one', 'other end 3']]);
    expect(output.last(1)).toEqual(['other end 3']);
  });
});
