import { failure } from '@shared/errors/paddock-error.js';
import type { JobService } from '../../jobs/job-service.js';
import type { ImageService } from '../image-service.js';
import type { ImageUses } from '../image-uses.js';

/** Writes images as archives and takes them back in. Each is a job. */
export class ImageArchiveService {
  constructor(
    protected readonly images: ImageService,
    protected readonly uses: ImageUses,
    protected readonly jobs: JobService,
  ) {}

  /** Writes an image with a manifest and a checksum. */
  async exportImage(_id: string, _path: string): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Takes an archive into the library. */
  async importImage(_path: string, _name: string | null): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }
}
