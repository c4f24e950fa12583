import type { Recipe, Secrets } from '@shared/images/recipe.js';
import type { JobReporter } from '../../jobs/job-service.js';
import type { KernelService } from '../../kernels/kernel-service.js';

/** One build, as its steps see it. */
export interface BuildContext {
  recipe: Recipe;
  /** Name of the image. */
  name: string;
  secrets: Secrets;
  /** A folder that goes when the build is over. */
  workDir: string;
  /** Where the finished disk is put first, in the work folder. */
  disk: string;
  report: JobReporter;
  kernels: KernelService;
}

/** A step of a build: what it is called, what it runs, and how it is done. */
export interface BuildStep {
  title: string;
  /** As it could be pasted into a shell; null when Paddock does it itself. */
  command: string | null;
  detail: string;
  run: (context: BuildContext) => Promise<void>;
}
