import { dirname } from 'node:path';
import { failure, Failure } from '@shared/errors/paddock-error.js';

/**
 * A failed work on a file as a person is told it: that the disk was full or that nothing may be written there, when that
 * is what a program or the system said.
 */
export function asWriteFailure(error: unknown, path: string): unknown {
  if (error instanceof Failure) {
    const lines = error.error.code === 'tool-failed' ? (error.error.detail?.lastLines ?? []) : [];
    const isFull = lines.some((line) => /No space left on device/i.test(line));
    return isFull ? failure('no-space', { path: dirname(path) }) : error;
  }
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return failure('no-space', { path: dirname(path) });
  return ['EACCES', 'EPERM', 'EROFS'].includes(code)
    ? failure('image-file', { path: dirname(path), why: 'you may not write there' })
    : error;
}
