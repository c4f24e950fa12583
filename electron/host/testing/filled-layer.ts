import { closeSync, openSync, writeSync } from 'node:fs';
import { cowLayout } from '@shared/layers/cow-header.js';
import { wholeFrom } from './random.js';

/** Fills an empty layer with random runs of random bytes, as a guest would have. Returns the bytes that it has then. */
export function fillLayer(path: string, sizeBytes: number, random: () => number, runs: number): number {
  const { bitmapOffset, bitmapBytes, dataOffset } = cowLayout(sizeBytes);
  const bitmap = Buffer.alloc(bitmapBytes);
  const sectors = sizeBytes / 512;
  const fd = openSync(path, 'r+');
  for (let n = 0; n < runs; n += 1) {
    const start = wholeFrom(random, 0, sectors - 1);
    const count = Math.min(sectors - start, wholeFrom(random, 1, Math.ceil(sectors / runs)));
    const bytes = Buffer.alloc(count * 512);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE((random() * 2 ** 32) >>> 0, at);
    writeSync(fd, bytes, 0, bytes.length, dataOffset + start * 512);
    for (let sector = start; sector < start + count; sector += 1)
      bitmap[sector >> 3] = (bitmap[sector >> 3] ?? 0) | (1 << (sector & 7));
  }
  writeSync(fd, bitmap, 0, bitmap.length, bitmapOffset);
  closeSync(fd);
  return [...bitmap].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0) * 512;
}
