import { open } from 'node:fs/promises';
import { readElf, type ElfFacts } from '@shared/programs/elf.js';

/** What an ELF file says of itself; null for any other file, and for one that can't be read. */
export async function elfFacts(path: string): Promise<ElfFacts | null> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return null;
  try {
    return await readElf(async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}
