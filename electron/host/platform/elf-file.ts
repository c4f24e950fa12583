import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { readElf, type ElfFacts } from '@shared/programs/elf.js';

/** What an ELF file says of itself; null for any other file. Throws what open(2) and read(2) say. */
export async function readElfFile(path: string): Promise<ElfFacts | null> {
  // Nobody waits for a pipe in the place of a program.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return null;
    return await readElf(async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

/** The same; null also for one that can't be read. */
export async function elfFacts(path: string): Promise<ElfFacts | null> {
  return readElfFile(path).catch(() => null);
}
