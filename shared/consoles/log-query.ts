import { z } from 'zod';

/** What is looked for in logs. */
export const logQuerySchema = z.strictObject({
  text: z.string().min(1).max(200),
  /** The text is a regular expression of JavaScript's kind. */
  isRegex: z.boolean().default(false),
  matchCase: z.boolean().default(false),
});
export type LogQuery = z.infer<typeof logQuerySchema>;

/** A query as a pattern for lines of plain text, or why it is none. */
export function queryPattern({ text, isRegex, matchCase }: LogQuery): { pattern: RegExp } | { why: string } {
  const source = isRegex ? text : text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  try {
    // Of plain ASCII without `u`, which makes it several times slower when case doesn't matter.
    const unicode = !isRegex && isAscii(text) ? '' : 'u';
    return { pattern: new RegExp(source, (matchCase ? '' : 'i') + unicode) };
  } catch (error) {
    return { why: (error as Error).message.replace(/^Invalid regular expression: /, '') };
  }
}

/** True for text that is the same in UTF-8 and Latin-1. */
export function isAscii(text: string): boolean {
  return /^[\0-\u007f]*$/.test(text);
}
