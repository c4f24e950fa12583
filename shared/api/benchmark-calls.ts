import { z } from 'zod';
import { benchmarkIdSchema, benchmarkPlanSchema, benchmarkRecordSchema } from '../benchmarks/benchmark.js';

const benchmark = z.strictObject({ id: benchmarkIdSchema });

/** Calls about benchmarks of kernels. */
export const benchmarkCalls = {
  /** Measures, as a job; what is measured so far is in the state. One at a time. */
  'benchmarks.start': {
    input: benchmarkPlanSchema,
    output: benchmark.extend({ jobId: z.string() }),
  },
  /** Every round of one. */
  'benchmarks.read': { input: benchmark, output: benchmarkRecordSchema },
  /** Removes one that has ended. */
  'benchmarks.delete': { input: benchmark, output: z.strictObject({}) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
