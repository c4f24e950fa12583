import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import {
  copyFileRange,
  fallocate,
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  FICLONE,
  ioctlNumber,
  lastErrno,
  lseek,
  SEEK_DATA,
  SEEK_HOLE,
  systemError,
} from './libc.js';

/** Bytes of a file from `start` up to, but not with, `end`. */
export interface Extent {
  start: number;
  end: number;
}

/** As much at once as makes a call cheap and a cancel quick. */
const PIECE = 16 * 1024 * 1024;
const BUFFER = 1024 * 1024;

/**
 * Where a file has data between two offsets; the rest are holes, which read as zeros. A file system that knows no holes
 * says that all is data (lseek(2)). For use on a thread of its own: all of this file waits for the disk.
 */
export function* dataExtents(fd: number, start: number, end: number): Generator<Extent> {
  for (let at = start; at < end;) {
    const data = nextData(fd, at);
    if (data >= end) return;
    const hole = lseek(fd, data, SEEK_HOLE);
    if (hole < 0) throw systemError('lseek');
    yield { start: data, end: Math.min(hole, end) };
    at = hole;
  }
}

/** The first byte of data at or behind an offset; Infinity when there is none. */
export function nextData(fd: number, at: number): number {
  const data = lseek(fd, at, SEEK_DATA);
  if (data >= 0) return data;
  if (lastErrno() === 'ENXIO') return Infinity;
  throw systemError('lseek');
}

/** Gives a file, empty so far, all blocks of another without copying them; false where the file system can't. */
export function cloneFile(from: number, to: number): boolean {
  return ioctlNumber(to, FICLONE, from) === 0;
}

/** Copies a range in the kernel where it can; `told` hears of each piece. Throws what the system says. */
export function copyRange(
  from: { fd: number; at: number },
  to: { fd: number; at: number },
  length: number,
  told: (bytes: number) => void = () => {},
): void {
  const [fromAt, toAt] = [Buffer.alloc(8), Buffer.alloc(8)];
  for (let done = 0; done < length;) {
    fromAt.writeBigInt64LE(BigInt(from.at + done));
    toAt.writeBigInt64LE(BigInt(to.at + done));
    let copied = copyFileRange(from.fd, fromAt, to.fd, toAt, Math.min(PIECE, length - done), 0);
    if (copied < 0) {
      const error = systemError('copy_file_range');
      // Not between all file systems, nor before Linux 5.3 (copy_file_range(2)).
      if (!['EXDEV', 'EINVAL', 'ENOSYS', 'EOPNOTSUPP', 'EBADF', 'ETXTBSY'].includes(error.code ?? ''))
        throw error;
      copied = copyByHand(from.fd, from.at + done, to.fd, to.at + done, Math.min(PIECE, length - done));
    }
    if (copied === 0) throw Object.assign(new Error('the file ends too early'), { code: 'EIO' });
    done += copied;
    told(copied);
  }
}

function copyByHand(from: number, fromAt: number, to: number, toAt: number, length: number): number {
  const buffer = Buffer.allocUnsafe(Math.min(BUFFER, length));
  let done = 0;
  while (done < length) {
    const bytes = readSync(from, buffer, 0, Math.min(buffer.length, length - done), fromAt + done);
    if (bytes === 0) break;
    writeAll(to, buffer.subarray(0, bytes), toAt + done);
    done += bytes;
  }
  return done;
}

/** Writes all of it, however the system cuts it up. */
export function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

/** Reads as many bytes as there should be; what lies behind the end of the file is zeros. */
export function readFully(fd: number, into: Buffer, at: number): void {
  let done = 0;
  while (done < into.length) {
    const bytes = readSync(fd, into, done, into.length - done, at + done);
    if (bytes === 0) break;
    done += bytes;
  }
  into.fill(0, done);
}

/** Makes a range read as zeros, without blocks where the file system can. */
export function zeroRange(fd: number, at: number, length: number): void {
  if (length === 0) return;
  if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, length) === 0) return;
  const error = systemError('fallocate');
  if (error.code !== 'EOPNOTSUPP' && error.code !== 'ENOSYS') throw error;
  const zeros = Buffer.alloc(Math.min(BUFFER, length));
  for (let done = 0; done < length; done += zeros.length)
    writeAll(fd, zeros.subarray(0, Math.min(zeros.length, length - done)), at + done);
}

/** Makes `to`, empty so far, what `from` is, holes included. Returns how many bytes were data. */
export function copySparse(from: number, to: number, told: (bytes: number) => void = () => {}): number {
  const { size } = fstatSync(from);
  if (cloneFile(from, to)) return size;
  let data = 0;
  for (const { start, end } of dataExtents(from, 0, size)) {
    copyRange({ fd: from, at: start }, { fd: to, at: start }, end - start, told);
    data += end - start;
  }
  ftruncateSync(to, size);
  return data;
}
