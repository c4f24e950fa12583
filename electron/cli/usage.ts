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

/** The words that a command needs, and those that it may have behind them. */
export function wordsFor<const N extends readonly string[], const M extends readonly string[] = []>(
  words: readonly string[],
  needed: N,
  possible?: M,
): [...{ [K in keyof N]: string }, ...{ [K in keyof M]: string | undefined }] {
  const missing = needed[words.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const most = needed.length + (possible?.length ?? 0);
  if (words.length > most) throw new UsageError(`too many words: ${words.slice(most).join(' ')}`);
  return words as never;
}
