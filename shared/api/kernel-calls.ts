import { z } from 'zod';
import { mirrorSchema, suiteSchema } from '../images/recipe.js';
import { kernelSchema } from '../kernels/kernel.js';

const nothing = z.strictObject({});
const path = z.string().max(4095);
const kernel = z.strictObject({ path });

/** Calls about kernels. */
export const kernelCalls = {
  /** Looks for kernels on this computer again. */
  'kernels.refresh': { input: nothing, output: nothing },
  /** Asks one that may not be known what it can do. Nothing is kept. */
  'kernels.probe': { input: kernel, output: z.strictObject({ kernel: kernelSchema }) },
  /** What it was built with, as `--showconfig` prints it. */
  'kernels.config': { input: kernel, output: z.strictObject({ text: z.string() }) },
  /** Fetches Debian's package of a suite into the library, as a job whose result is the kernel's path. */
  'kernels.get': {
    input: z.strictObject({
      suite: suiteSchema,
      /** Null: Debian's own. */
      mirror: mirrorSchema.nullable(),
      /** Take what the mirror says although it is out of date by its own word. */
      acceptStale: z.boolean(),
    }),
    output: z.strictObject({ jobId: z.string() }),
  },
  /** Keeps a file of this computer in the list; it stays where it is. */
  'kernels.add': { input: kernel, output: kernel },
  /** Takes one out of the library, with all that came with it; a file that stayed where it was stays there. */
  'kernels.remove': { input: kernel, output: nothing },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
