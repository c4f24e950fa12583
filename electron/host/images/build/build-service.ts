import { failure } from '@shared/errors/paddock-error.js';
import type { BuildPlan } from '@shared/images/build-plan.js';
import type { Recipe, Secrets } from '@shared/images/recipe.js';
import type { JobService } from '../../jobs/job-service.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import type { ImageService } from '../image-service.js';
import type { RecipeService } from '../recipe-service.js';

/** Carries out recipes. */
export class BuildService {
  constructor(
    protected readonly images: ImageService,
    protected readonly recipes: RecipeService,
    protected readonly jobs: JobService,
    protected readonly kernels: KernelService,
    protected readonly paths: { dataDir: string },
  ) {}

  /** What a build would do. */
  async plan(_recipe: Recipe, _name: string): Promise<BuildPlan> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Does it, as a job. */
  async build(_recipe: Recipe, _name: string, _secrets: Secrets): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }
}
