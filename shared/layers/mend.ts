import { z } from 'zod';

/** The ways in which a layer can be mended. */
export const mendKindSchema = z.enum([
  /** The base was only touched: its content is what it was, so its time is set back. */
  'restore-time',
  /** The base was moved: the layer's header is given the new path. */
  'repoint',
  /** A merge into the base was interrupted: it is done to its end. */
  'resume-merge',
  /** That merge is never done: the base stays half one, half the other, and what is on it can be deleted. */
  'give-up-base',
  /** The layer can't be used: it goes to the trash, and its machine gets a new, empty one. */
  'trash',
]);
export type MendKind = z.infer<typeof mendKindSchema>;

/** A way to mend a layer, before anything is done. */
export const mendSchema = z.strictObject({
  kind: mendKindSchema,
  /** The deed: "Set the base’s time back". */
  title: z.string(),
  /** What will change, each a sentence. */
  changes: z.array(z.string()),
  /** Where the base was found, for `repoint`. */
  basePath: z.string().nullable(),
  /** Why it can't be done; null when it can. */
  refused: z.string().nullable(),
  /** What has to be typed before it: the base's name. Null where nothing is lost by it. */
  confirmation: z.string().nullable(),
});
export type Mend = z.infer<typeof mendSchema>;
