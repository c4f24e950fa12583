import type { Job } from './job.js';

/** How much of a job is done, 0 to 1: whole steps, and what is known of the present one. It never goes back. */
export function jobFraction({ steps, progress, state }: Pick<Job, 'steps' | 'progress' | 'state'>): number {
  if (state === 'succeeded') return 1;
  if (steps.length === 0) return progress ?? 0;
  const done = steps.filter((step) => step.state === 'done').length;
  const isInStep = steps.some((step) => step.state === 'now');
  return Math.min(1, (done + (isInStep ? (progress ?? 0) : 0)) / steps.length);
}

/**
 * Milliseconds that are probably left: what is left of the time that was guessed for the whole, or of the present step
 * by how far it is; null when neither says anything.
 */
export function jobTimeLeft(
  job: Pick<Job, 'steps' | 'progress' | 'startedAt'>,
  now: number,
  guessedMs: number | null,
): number | null {
  const elapsed = now - Date.parse(job.startedAt);
  const before = job.steps.reduce((sum, { tookMs }) => sum + (tookMs ?? 0), 0);
  const inStep = Math.max(0, elapsed - before);
  const { progress } = job;
  // Below a few percent and seconds a step says little of itself.
  const ofStep =
    progress !== null && progress > 0.05 && inStep > 1000 ? (inStep * (1 - progress)) / progress : null;
  const ofWhole = guessedMs === null || guessedMs <= elapsed ? null : guessedMs - elapsed;
  if (ofStep === null) return ofWhole;
  return ofWhole === null ? ofStep : Math.max(ofStep, ofWhole);
}
