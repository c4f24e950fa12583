import { z } from 'zod';

/** One function in a call trace. What it says is the guest's, and not to be trusted. */
export const frameSchema = z.strictObject({
  /** In hex, without 0x; null where the kernel names the function only. */
  address: z.string().nullable(),
  symbol: z.string(),
  /** How far into the function, and how long that is, in bytes. */
  offset: z.int().nullable(),
  size: z.int().nullable(),
  /** The module it is in; null: the kernel itself. */
  module: z.string().nullable(),
  /** The kernel found the address on the stack, but can't say that it was called (`?`). */
  isGuess: z.boolean(),
});
export type Frame = z.infer<typeof frameSchema>;

/** A symbol of C or Rust is shorter (KSYM_NAME_LEN is 512). */
const SYMBOL = String.raw`([\w.$]{1,512})\+0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8})(?: \[([\w-]{1,64})[^\]]{0,64}\])?`;
/** UML: ` [<60070dff>] ? schedule+0x1/0x2` (arch/um/kernel/sysrq.c); stacks of KASAN have no addresses. */
const framePattern = new RegExp(
  String.raw`^\s{0,40}(?:\[<([0-9a-f]{1,16})>\] )?(\? )?(?:${SYMBOL}|(0x[0-9a-f]{1,16}))\s{0,40}$`,
);

/** Reads a line of a call trace; null when it is none. */
export function parseFrame(line: string): Frame | null {
  const found = framePattern.exec(line);
  if (!found) return null;
  const [, address, guess, symbol, offset, size, module, bare] = found;
  // An address alone is one only where the kernel writes one.
  if (symbol === undefined && address === undefined) return null;
  return {
    address: address === undefined ? null : address.replace(/^0+(?=.)/, ''),
    symbol: symbol ?? bare ?? '',
    offset: offset === undefined ? null : Number.parseInt(offset, 16),
    size: size === undefined ? null : Number.parseInt(size, 16),
    module: module ?? null,
    isGuess: guess !== undefined,
  };
}

/**
 * The address to look up the source line of a call by: a trace has where each call returns to, which may be the line
 * after it. One that stands at the very beginning of a function was not called from there.
 */
export function callAddress({ address, offset }: Pick<Frame, 'address' | 'offset'>): string | null {
  if (address === null) return null;
  const value = BigInt(`0x${address}`);
  return (offset === 0 || value === 0n ? value : value - 1n).toString(16);
}
