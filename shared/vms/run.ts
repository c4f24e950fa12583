import { z } from 'zod';
import { stopReasonSchema } from '../diagnostics/stop-reason.js';

/** How a run ended. */
export const runEndSchema = z.strictObject({
  at: z.iso.datetime(),
  /** Exit code of the kernel's main process, null when a signal ended it or nobody saw it end. */
  exitCode: z.int().nullable(),
  /** Name of the signal that ended it, such as SIGABRT. */
  signal: z.string().nullable(),
  reason: stopReasonSchema,
});
export type RunEnd = z.infer<typeof runEndSchema>;

/** One start of a machine, as kept in `runs/<number>/run.json`. */
export const runSchema = z.strictObject({
  number: z.int().min(1),
  startedAt: z.iso.datetime(),
  argv: z.array(z.string()),
  kernelVersion: z.string(),
  pid: z.int().positive().nullable(),
  /** Start time of that pid in clock ticks since boot (proc(5), stat field 22): tells it from a later process. */
  pidStartTicks: z.string().nullable(),
  end: runEndSchema.nullable(),
});
export type Run = z.infer<typeof runSchema>;
