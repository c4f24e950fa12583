import { open, utimes } from 'node:fs/promises';
import { mtimeSeconds } from './layer-files.js';

/**
 * Gives a base that holds something else than before a time of another second. The kernel compares whole seconds: within
 * the same one the layers on it would seem to fit.
 */
export async function giveNewTime(basePath: string, beforeSeconds: number): Promise<void> {
  if ((await mtimeSeconds(basePath)) > beforeSeconds) return;
  await utimes(basePath, new Date(), new Date((beforeSeconds + 1) * 1000));
  const file = await open(basePath, 'r');
  await file.sync().finally(() => file.close());
}
