import { z } from 'zod';

/** Who does the work: the HowTo's program, or Paddock's own, which copies whole runs. */
export const mergeEngineSchema = z.enum(['uml_moo', 'fast']);
export type MergeEngine = z.infer<typeof mergeEngineSchema>;

/** Where a merge goes: into a new image, or into the base itself, which breaks all other layers on it. */
export const mergeTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), name: z.string().max(4096) }),
  z.strictObject({ kind: z.literal('base') }),
]);
export type MergeTarget = z.infer<typeof mergeTargetSchema>;

/** One check before a merge, for the dialog and the command. */
export const mergeCheckSchema = z.strictObject({
  title: z.string(),
  ok: z.boolean(),
  /** The evidence, or the sentence that says what is wrong. */
  text: z.string(),
});
export type MergeCheck = z.infer<typeof mergeCheckSchema>;

/** What a merge would do. */
export const mergePlanSchema = z.strictObject({
  basePath: z.string(),
  layerPath: z.string(),
  /** The new image, or the base. */
  targetPath: z.string(),
  sizeBytes: z.int(),
  changedBytes: z.int(),
  command: z.array(z.string()),
  checks: z.array(mergeCheckSchema),
  /** Other layers on the base that a merge into it breaks: ids and names. */
  breaks: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  /** What has to be typed before a merge into the base: the base's name. */
  confirmation: z.string(),
});
export type MergePlan = z.infer<typeof mergePlanSchema>;
