import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { nextData, readFully } from '../platform/sparse-file.js';

const CHUNK = 1024 * 1024;
const zeros = Buffer.alloc(CHUNK);

/**
 * A hash of what a disk holds: SHA-256 over its size and over place and SHA-256 of each MB that is not all zeros. So a
 * sparse disk of 8 GB takes as long as what is on it, and a copy with other holes has the same. It starts with its own
 * version, so that it is never taken for a plain SHA-256.
 */
export function hashDisk(path: string, told: (done: number, total: number) => void): string {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const whole = createHash('sha256').update(`paddock disk 1\n${size}\n`);
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; at < size;) {
      const data = nextData(fd, at);
      if (data >= size) break;
      at = data - (data % CHUNK);
      const chunk = buffer.subarray(0, Math.min(CHUNK, size - at));
      readFully(fd, chunk, at);
      if (!chunk.equals(zeros.subarray(0, chunk.length)))
        whole.update(`${at} ${createHash('sha256').update(chunk).digest('hex')}\n`);
      at += chunk.length;
      told(at, size);
    }
    return `d1-${whole.digest('hex')}`;
  } finally {
    closeSync(fd);
  }
}

/** The SHA-256 of a file, holes read as the zeros that they are. */
export function sha256(path: string, told: (done: number, total: number) => void): string {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; at < size;) {
      const data = nextData(fd, at);
      const chunk = Math.min(CHUNK, size - at);
      if (data >= at + chunk) hash.update(zeros.subarray(0, chunk));
      else {
        readFully(fd, buffer.subarray(0, chunk), at);
        hash.update(buffer.subarray(0, chunk));
      }
      at += chunk;
      told(at, size);
    }
    return hash.digest('hex');
  } finally {
    closeSync(fd);
  }
}
