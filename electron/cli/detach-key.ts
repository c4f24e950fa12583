import { UsageError } from './usage.js';

/** A key that leaves a console. */
export interface DetachKey {
  byte: number;
  /** As it is called: Ctrl+]. */
  name: string;
}

/** What a person writes for it: `ctrl-a` to `ctrl-z`, `ctrl-]`, `ctrl-\`, `ctrl-^`, `ctrl-_`. Throws UsageError. */
export function detachKey(word: string): DetachKey {
  const letter = /^(?:ctrl[-+]|\^)([a-z[\]\\^_@])$/i.exec(word)?.[1]?.toUpperCase();
  // Those that a terminal sends for Tab, Enter and Escape would leave it at once.
  if (letter === undefined || 'IJM['.includes(letter))
    throw new UsageError(`--detach-key must be such as ctrl-a or ctrl-], not ${word}`);
  return { byte: letter.charCodeAt(0) & 0x1f, name: `Ctrl+${letter}` };
}
