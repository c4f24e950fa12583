import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { READ_FILE_MAX, type ReadFile } from '@shared/api/bridge.js';

/** Reads a file that a person chose, when it is a plain file of a sensible size. */
export async function readChosenFile(path: string): Promise<ReadFile> {
  const name = basename(path);
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return { name, why: 'It is not a plain file.' };
      if (stat.size > READ_FILE_MAX) return { name, tooLarge: stat.size };
      // No more than was looked at, should it grow meanwhile.
      const bytes = Buffer.alloc(READ_FILE_MAX);
      const { bytesRead } = await file.read(bytes, 0, READ_FILE_MAX, 0);
      return { name, bytes: new Uint8Array(bytes.subarray(0, bytesRead)) };
    } finally {
      await file.close();
    }
  } catch (error) {
    return { name, why: (error as Error).message };
  }
}
