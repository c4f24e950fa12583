import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { filesystemAt } from '@shared/images/disk-filesystem.js';
import type { Image } from '@shared/images/image.js';
import { partitionTable, type DiskReader, type PartitionTable } from '@shared/images/partition-table.js';

/** A file system on a disk. */
export interface DiskPart {
  /** null: the whole disk. */
  partition: number | null;
  start: number;
  bytes: number;
  filesystem: Image['filesystem'];
}

/** What is on a raw disk: its table, and what is in its partitions, or the one file system that fills it. */
export function diskParts(path: string): { table: PartitionTable | null; parts: readonly DiskPart[] } {
  return withReader(path, (read, bytes) => {
    const whole = filesystemAt(read, 0);
    const table = whole === null ? partitionTable(read, bytes) : null;
    if (table === null)
      return { table, parts: [{ partition: null, start: 0, bytes, filesystem: whole ?? 'unknown' }] };
    const parts = table.partitions.map((one) => ({
      partition: one.number,
      start: one.start,
      bytes: one.bytes,
      filesystem: filesystemAt(read, one.start) ?? ('unknown' as const),
    }));
    return { table, parts };
  });
}

/** True for what e2fsprogs work on. */
export function isExt(filesystem: Image['filesystem']): boolean {
  return filesystem.startsWith('ext');
}

/** Reads of a file at places, closed however that ends. A pipe in its place is not waited for. */
export function withReader<T>(path: string, look: (read: DiskReader, bytes: number) => T): T {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const read: DiskReader = (at, length) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(fd, buffer, 0, length, at));
    };
    return look(read, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}
