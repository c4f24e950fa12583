import { failure } from '@shared/errors/paddock-error.js';
import type { ImageChanges } from '@shared/images/customise.js';
import type { Secrets } from '@shared/images/recipe.js';
import type { JobService } from '../../jobs/job-service.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import type { ImageService } from '../image-service.js';
import type { ImageUses } from '../image-uses.js';

/** Changes what is in an image that nothing uses, without root. A job. */
export class CustomiseService {
  constructor(
    protected readonly images: ImageService,
    protected readonly uses: ImageUses,
    protected readonly jobs: JobService,
    protected readonly kernels: KernelService,
  ) {}

  /** Carries out changes. */
  async customise(_id: string, _changes: ImageChanges, _secrets: Secrets): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }
}
