import { z } from 'zod';
import { paddockErrorSchema } from '../errors/paddock-error.js';

/** Where a job is. */
export const jobStateSchema = z.enum(['running', 'cancelling', 'succeeded', 'failed', 'cancelled']);
export type JobState = z.infer<typeof jobStateSchema>;

/** Work on images. */
export const imageJobKinds = [
  'build-image',
  'customise-image',
  'grow-image',
  'check-image',
  'compact-image',
  'convert-image',
  'export-image',
  'import-image',
  'checksum-image',
] as const;

/** Work on kernels. */
export const kernelJobKinds = ['get-kernel', 'build-kernel'] as const;

/** One step of a job. */
export const jobStepSchema = z.strictObject({
  title: z.string(),
  state: z.enum(['todo', 'now', 'done', 'failed']),
  /** Milliseconds it took, once it ended. */
  tookMs: z.number().nullable(),
});

/** Work that takes longer than a click: it has steps, progress and a cancel, and outlives the window. */
export const jobSchema = z.strictObject({
  id: z.string(),
  kind: z.enum([
    'merge-layer',
    'branch-layer',
    'snapshot',
    'restore',
    'mend-layer',
    'install-guest-tools',
    'measure-link',
    'lab',
    'benchmark',
    'run-tests',
    ...kernelJobKinds,
    ...imageJobKinds,
  ]),
  /** "Merging tiny into tiny-gold" */
  title: z.string(),
  vmId: z.string().nullable(),
  state: jobStateSchema,
  steps: z.array(jobStepSchema),
  /** 0 to 1 of the present step, null when it can't be known. */
  progress: z.number().min(0).max(1).nullable(),
  /** "641 of 1,024 MB" */
  detail: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Why it can't be cancelled; null when it can. */
  whyUncancellable: z.string().nullable(),
  error: paddockErrorSchema.nullable(),
  /** It failed at a step from which it can go on. */
  canRetry: z.boolean(),
  /** Lines that its programs printed so far (`jobs.log`). */
  logLines: z.int().nonnegative(),
  /** What the job is about, beside a machine: the id of an image. */
  imageId: z.string().nullable(),
  /** What the job made, such as the id of an image. */
  result: z.string().nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** True while the job still works. */
export function isJobActive(state: JobState): boolean {
  return state === 'running' || state === 'cancelling';
}

/** Why a job that works can't be cancelled now, as a sentence; null when it can. */
export function whyNotCancel({ state, whyUncancellable }: Job): string | null {
  return state === 'cancelling' ? 'It is being cancelled.' : whyUncancellable;
}
