import { z } from 'zod';
import { labIdSchema } from '@shared/labs/lab.js';
import { LAB_TEXT_MAX } from '@shared/labs/read-lab.js';
import { networkIdSchema } from '@shared/networks/nic.js';
import { vmIdSchema } from '@shared/vms/vm-id.js';

/** A lab as it is kept on disk: its file, and what was made of it. */
export const labRecordSchema = z.strictObject({
  version: z.literal(1),
  id: labIdSchema,
  createdAt: z.iso.datetime(),
  text: z.string().max(LAB_TEXT_MAX),
  machines: z.record(z.string(), vmIdSchema),
  networks: z.record(z.string(), networkIdSchema),
  /** What is about to be made: a host that is killed then may have made it, and not noted it down. */
  making: z.strictObject({ kind: z.enum(['machine', 'network']), name: z.string() }).nullable(),
  /** The run of each machine whose guest was set up last, so that a later host doesn't do it again. */
  setUp: z.record(z.string(), z.string()),
});
export type LabRecord = z.infer<typeof labRecordSchema>;
