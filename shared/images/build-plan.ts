import { z } from 'zod';
import { paddockErrorSchema } from '../errors/paddock-error.js';

/** What carrying out a recipe would do, before anything is done. */
export const buildPlanSchema = z.strictObject({
  /** The image's name. */
  name: z.string(),
  steps: z.array(
    z.strictObject({
      /** As the job's step is called. */
      title: z.string(),
      /** The command that it runs, as it could be pasted into a shell; null when Paddock does it itself. */
      command: z.string().nullable(),
      /** What it comes to: "84 packages", "16 MB". */
      detail: z.string(),
    }),
  ),
  /** Bytes needed while it is made, and of what is left at the end; a guess from what is known. */
  spaceBytes: z.int().nonnegative(),
  imageBytes: z.int().nonnegative(),
  freeBytes: z.int().nonnegative(),
  /** A guess. */
  seconds: z.number().nonnegative(),
  needsNetwork: z.boolean(),
  /** What is added to a tree so that it boots, and what else one should know. */
  notes: z.array(z.string()),
  /** What keeps it from being done; empty when nothing does. */
  problems: z.array(paddockErrorSchema),
});
export type BuildPlan = z.infer<typeof buildPlanSchema>;
