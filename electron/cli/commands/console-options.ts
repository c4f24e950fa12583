import type { ConsoleSpec } from '@shared/consoles/channel.js';
import { readConsole } from '@shared/consoles/console-text.js';
import { lineNameSchema, type LineName } from '@shared/consoles/console-name.js';
import { UsageError } from '../usage.js';

/** The lines that `--console` words name, each once. Throws UsageError with the reason. */
export function namedConsoles(words: readonly string[]): ConsoleSpec[] {
  const named = words.map((word) => {
    const read = readConsole(word);
    if (!read.ok) throw new UsageError(`--console ${word}: ${read.why}`);
    return read.console;
  });
  const lines = named.map(({ line }) => line);
  const twice = lines.find((line, n) => lines.indexOf(line) !== n);
  if (twice !== undefined) throw new UsageError(`--console names ${twice} twice`);
  return named;
}

/** `before` with the named lines as they are to be, and without those that are to go. */
export function changedConsoles(
  before: readonly ConsoleSpec[],
  named: readonly ConsoleSpec[],
  gone: readonly LineName[],
): ConsoleSpec[] {
  const touched = new Set([...gone, ...named.map(({ line }) => line)]);
  return [...before.filter(({ line }) => !touched.has(line)), ...named];
}

/** A line's name, from a word. */
export function lineName(word: string): LineName {
  const line = lineNameSchema.safeParse(word);
  if (!line.success)
    throw new UsageError(`there is no line ${word}; there are con0 to con15 and ssl0 to ssl15`);
  return line.data;
}
