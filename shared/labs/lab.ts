import { z } from 'zod';

/** Identifies a lab for as long as it exists. */
export const labIdSchema = z.string().regex(/^[a-z0-9]{8}$/);
export type LabId = z.infer<typeof labIdSchema>;

/** What became of a machine's files, addresses and lines of its lab, in the run that goes on. */
export const labSetupSchema = z.enum([
  /** It has none, or is off. */
  'none',
  /** Its guest isn't up yet. */
  'waiting',
  'running',
  'done',
  'failed',
]);
export type LabSetup = z.infer<typeof labSetupSchema>;

/** A lab that was made, as everybody sees it. */
export const labViewSchema = z.strictObject({
  id: labIdSchema,
  name: z.string(),
  note: z.string(),
  createdAt: z.iso.datetime(),
  machines: z.array(
    z.strictObject({
      /** As the file has it; the machine may be called otherwise by now. */
      name: z.string(),
      /** null: not made yet, or deleted by somebody. */
      vmId: z.string().nullable(),
      setup: labSetupSchema,
      /** What the guest said, when it failed. */
      said: z.string(),
    }),
  ),
  networks: z.array(z.strictObject({ name: z.string(), networkId: z.string().nullable() })),
});
export type LabView = z.infer<typeof labViewSchema>;
