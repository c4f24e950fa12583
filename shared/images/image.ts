import { z } from 'zod';

/** An image's name: as a machine's, so that it can stand in a file name and in a kernel argument. */
export const imageNameSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/);

/** A disk image that machines can be made on, as kept beside it in `<id>.json`. */
export const imageSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().min(1).max(80),
  name: z.string().min(1).max(80),
  kind: z.enum(['tiny', 'merged', 'file']),
  path: z.string().startsWith('/'),
  sizeBytes: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
  /** It carries Paddock's guest tools. */
  guestTools: z.boolean().default(false),
  /** One line: what it was made from. */
  origin: z.string(),
});
export type Image = z.infer<typeof imageSchema>;
