import { z } from 'zod';
import { mirrorSchema, suiteSchema } from '../images/recipe.js';
import { keptSourceSchema, kernelPlanSchema, planWishSchema } from '../kernels/build-plan.js';
import { buildWishSchema } from '../kernels/build-wish.js';
import { kernelSchema } from '../kernels/kernel.js';
import { vmIdSchema } from '../vms/vm-id.js';

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
  /** What building a kernel would do, and what keeps it from being done. Nothing is done, and nothing of the tree run. */
  'kernels.planBuild': { input: planWishSchema, output: kernelPlanSchema },
  /** Builds one into the library, as a job whose result is the kernel's path. */
  'kernels.build': { input: buildWishSchema, output: z.strictObject({ jobId: z.string() }) },
  /** The same for one that was built here, with what changed since in its source; then starts a machine with it. */
  'kernels.planAgain': { input: kernel, output: kernelPlanSchema },
  'kernels.buildAgain': {
    input: kernel.extend({ boot: vmIdSchema.nullable() }),
    output: z.strictObject({ jobId: z.string() }),
  },
  /** Debian's sources that are unpacked here, for building; removing them leaves what was built of them. */
  'kernels.sources': { input: nothing, output: z.strictObject({ sources: z.array(keptSourceSchema) }) },
  'kernels.removeSource': { input: z.strictObject({ suite: suiteSchema }), output: nothing },
  /** Keeps a file of this computer in the list; it stays where it is. */
  'kernels.add': { input: kernel, output: kernel },
  /** Takes one out of the library, with all that came with it; a file that stayed where it was stays there. */
  'kernels.remove': { input: kernel, output: nothing },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
