import { z } from 'zod';
import { labIdSchema } from '../labs/lab.js';
import { LAB_TEXT_MAX } from '../labs/read-lab.js';

const nothing = z.strictObject({});
const lab = z.strictObject({ id: labIdSchema });
const text = z.string().max(LAB_TEXT_MAX);
const job = z.strictObject({ jobId: z.string() });

/** Calls about labs. */
export const labCalls = {
  /** The labs that come with Paddock. */
  'labs.shipped': {
    input: nothing,
    output: z.strictObject({
      labs: z.array(z.strictObject({ name: z.string(), note: z.string(), text: z.string() })),
    }),
  },
  /** Reads a lab file, or one of Netkit or Kathara from its folder. Nothing is made. */
  'labs.read': {
    input: z.strictObject({ path: z.string().max(4096) }),
    output: z.strictObject({
      text: z.string(),
      /** What of another program's lab could not be taken over, a sentence each. */
      remarks: z.array(z.string()),
    }),
  },
  /** Makes the images, networks and machines of a lab that are missing, and starts it, as a job. */
  'labs.up': {
    input: z.strictObject({ text }),
    output: z.strictObject({ id: labIdSchema, jobId: z.string() }),
  },
  /** Starts the machines of one that are off, in their order; shuts all down; both as jobs. */
  'labs.start': { input: lab, output: job },
  'labs.stop': { input: lab, output: job },
  /** Ends its machines at once and removes them, their disks and its networks, as a job. */
  'labs.delete': { input: lab, output: job },
  /** Its file, as it was made of. */
  'labs.text': { input: lab, output: z.strictObject({ text: z.string() }) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
