import { readFile } from 'node:fs/promises';
import type { Secrets } from '@shared/images/recipe.js';
import { UsageError } from './usage.js';

/** `USER=FILE` words: a password is the first line of a file, `-` for standard input. */
export async function secretsIn(words: readonly string[]): Promise<Secrets> {
  const secrets: Secrets = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) throw new UsageError(`--password-file takes USER=FILE, not ${word}`);
    const file = word.slice(at + 1);
    const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch((error: Error) => {
      throw new UsageError(`${file} can’t be read: ${error.message}`);
    });
    secrets[word.slice(0, at)] = text.split('\n')[0] ?? '';
  }
  return secrets;
}
