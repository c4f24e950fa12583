import { basename } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { SavedFile } from '@shared/api/bridge.js';

/** Writes a file where a person wants it; what was there is replaced whole, or not at all. */
export async function saveChosenFile(path: string, bytes: Uint8Array): Promise<SavedFile> {
  try {
    await writeFileAtomic(path, Buffer.from(bytes));
    return { path };
  } catch (error) {
    return { name: basename(path), why: (error as Error).message };
  }
}
