import { z } from 'zod';

/** The answer of one look at this computer: is it ready for UML? */
export const checkResultSchema = z.strictObject({
  id: z.string(),
  /** Two words: "UML kernel". */
  title: z.string(),
  level: z.enum(['ok', 'warn', 'error']),
  /** What was found, or what is wrong and what it means. */
  text: z.string(),
  /** The exact command that mends it, when there is one. */
  fixCommand: z.string().nullable(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;
