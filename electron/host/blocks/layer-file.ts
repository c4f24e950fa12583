import { fstatSync, readSync } from 'node:fs';
import { changedRuns, type Run } from '@shared/layers/cow-bitmap.js';
import { COW_HEADER_SIZE, parseCowHeader, SECTOR_SIZE, type CowHeader } from '@shared/layers/cow-header.js';
import { readFully } from '../platform/sparse-file.js';

/** A bitmap is read in pieces: one of them stands for 4 GB of disk. */
const BITMAP_PIECE = 1024 * 1024;

/** The header of an open layer. Throws when it must not be used. */
export function headerOf(fd: number): CowHeader {
  const start = Buffer.alloc(COW_HEADER_SIZE);
  const bytes = readSync(fd, start, 0, start.length, 0);
  const result = parseCowHeader(start.subarray(0, bytes), fstatSync(fd).size);
  if (!result.ok) throw new Error(result.why);
  return result.header;
}

/** The changed runs of an open layer, in bytes of the disk. One that crosses a piece of the bitmap comes in two. */
export function* runsOf(fd: number, header: CowHeader): Generator<Run> {
  const { size } = fstatSync(fd);
  const sectors = Math.ceil(header.backingSizeBytes / SECTOR_SIZE);
  for (let at = 0; at < header.bitmapBytes; at += BITMAP_PIECE) {
    const piece = Buffer.allocUnsafe(Math.min(BITMAP_PIECE, header.bitmapBytes - at));
    readFully(fd, piece, header.bitmapOffset + at);
    const first = at * 8;
    for (const { start, end } of changedRuns(piece, sectors - first)) {
      const run = {
        start: (first + start) * SECTOR_SIZE,
        end: Math.min((first + end) * SECTOR_SIZE, header.backingSizeBytes),
      };
      if (header.dataOffset + run.end > size) throw new Error('the layer was cut off');
      yield run;
    }
  }
}
