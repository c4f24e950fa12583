import { dirname } from 'node:path';
import { failure, Failure } from '@shared/errors/paddock-error.js';

/** A failed work on a file as a person is told it: that the disk was full, when that is what a program or the system said. */
export function asNoSpace(error: unknown, path: string): unknown {
  const isFull =
    error instanceof Failure
      ? error.error.code === 'tool-failed' &&
        (error.error.detail?.lastLines ?? []).some((line) => /No space left on device/i.test(line))
      : (error as NodeJS.ErrnoException).code === 'ENOSPC';
  return isFull ? failure('no-space', { path: dirname(path) }) : error;
}
