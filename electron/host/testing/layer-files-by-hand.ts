import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { cowLayout, encodeCowHeader } from '@shared/layers/cow-header.js';
import { wholeFrom } from './random.js';

/** SHA-256 of a whole file, as sha256sum(1) prints it. */
export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** A disk of a size with random bytes here and there, the rest holes; what is written depends on the numbers only. */
export function writeRandomDisk(path: string, sizeBytes: number, random: () => number): void {
  const fd = openSync(path, 'wx');
  ftruncateSync(fd, sizeBytes);
  for (let at = 0; at < sizeBytes;) {
    const length = Math.min(sizeBytes - at, wholeFrom(random, 1, 300) * 512);
    const bytes = Buffer.alloc(length);
    if (random() < 0.6) {
      for (let n = 0; n < length; n += 4) bytes.writeUInt32LE((random() * 2 ** 32) >>> 0, n);
      writeSync(fd, bytes, 0, length, at);
    }
    at += length;
  }
  closeSync(fd);
}

/** An empty layer on a base, written by Paddock's own encoder. */
export function writeLayer(path: string, base: string): void {
  const { size, mtimeMs } = statSync(base);
  const fd = openSync(path, 'wx');
  writeSync(fd, encodeCowHeader({ path: base, mtimeSeconds: Math.floor(mtimeMs / 1000), sizeBytes: size }));
  ftruncateSync(fd, cowLayout(size).dataOffset + size);
  closeSync(fd);
}

/** What uml_moo makes of a layer, as a new file. */
export function umlMoo(base: string, layer: string, target: string): void {
  execFileSync('uml_moo', ['-b', base, layer, target], { stdio: ['ignore', 'ignore', 'pipe'] });
}
