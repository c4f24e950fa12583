import { z } from 'zod';

/** A way to mend what a check found. */
export const checkFixSchema = z.strictObject({
  id: z.string(),
  /** The deed, for a button: "Remove 3 leftovers". */
  label: z.string(),
  /** The exact command that does it; null when only Paddock can. */
  command: z.string().nullable(),
  /** True when Paddock does it by itself at `diagnostics.fix`; else the command is for the user, who may need root. */
  runnable: z.boolean(),
});
export type CheckFix = z.infer<typeof checkFixSchema>;

/** The answer of one look at this computer: is it ready for UML? */
export const checkResultSchema = z.strictObject({
  id: z.string(),
  /** Two words: "UML kernel". */
  title: z.string(),
  level: z.enum(['ok', 'warn', 'error']),
  /** What was found, or what is wrong and what it means. */
  text: z.string(),
  /** Best first. */
  fixes: z.array(checkFixSchema),
});
export type CheckResult = z.infer<typeof checkResultSchema>;
