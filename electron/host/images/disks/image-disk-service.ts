import { failure } from '@shared/errors/paddock-error.js';
import type { JobService } from '../../jobs/job-service.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import type { ImageService } from '../image-service.js';
import type { ImageUses } from '../image-uses.js';

/** Work on whole images: grow, check, compact, convert, checksum. Each is a job. */
export class ImageDiskService {
  constructor(
    protected readonly images: ImageService,
    protected readonly uses: ImageUses,
    protected readonly jobs: JobService,
    protected readonly kernels: KernelService,
  ) {}

  /** Makes disk and file system larger. */
  async grow(_id: string, _sizeMiB: number): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Looks whether the file system is sound. */
  async check(_id: string, _repair: boolean): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Gives back what the file system doesn’t use. */
  async compact(_id: string): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Writes it as qcow2. */
  async convert(_id: string, _path: string): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Counts its sha256. */
  async checksum(_id: string): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }
}
