import { isPlainText, plainText } from '../consoles/plain-text.js';

/**
 * What printk puts before a line: a level, the time, with CONFIG_PRINTK_CALLER who says it. More spaces behind it
 * belong to the line.
 */
const prefix = /^(?:<\d{1,3}>)?\[ *(\d{1,10}\.\d{6})\](?:\[ *[TC]\d{1,10}\])? /;

/** Longer lines say nothing that is looked for. */
const LINE_MAX = 4000;

/** A line without what isn't its own, and the kernel's clock when it was said, in ms; null without one. */
export function withoutPrefix(line: string): { text: string; stampMs: number | null } {
  const start = line.slice(0, LINE_MAX);
  const plain = isPlainText(start) ? start : plainText(start);
  const match = prefix.exec(plain);
  if (!match) return { text: plain, stampMs: null };
  return { text: plain.slice(match[0].length), stampMs: Number(match[1]) * 1000 };
}
