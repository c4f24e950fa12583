/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {}

/** The one word that a command needs, such as a machine's name. */
export function onlyWord(words: readonly string[], what: string): string {
  const [word, ...more] = words;
  if (word === undefined) throw new UsageError(`${what} is missing`);
  if (more.length > 0) throw new UsageError(`too many words: ${more.join(' ')}`);
  return word;
}

/** A whole number in a range, from a word. */
export function wholeNumber(word: string, what: string, min: number, max: number): number {
  const value = Number(word);
  if (!/^\d+$/.test(word) || value < min || value > max)
    throw new UsageError(`${what} must be a whole number from ${min} to ${max}, not ${word}`);
  return value;
}
