import { statfs } from 'node:fs/promises';

/** What is free in a folder for who isn't root. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
