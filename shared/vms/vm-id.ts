import { z } from 'zod';

/** Identifies a machine for as long as it exists; its name may be used again by another after it is deleted. */
export const vmIdSchema = z
  .string()
  .regex(/^[a-z0-9]{12}$/)
  .brand('VmId');
export type VmId = z.infer<typeof vmIdSchema>;
