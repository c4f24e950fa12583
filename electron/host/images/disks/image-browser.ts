import { failure } from '@shared/errors/paddock-error.js';
import type { ImageEntry } from '@shared/api/image-calls.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import type { ImageUses } from '../image-uses.js';

/** Looks into the file systems of images. */
export class ImageBrowser {
  constructor(
    protected readonly uses: ImageUses,
    protected readonly kernels: KernelService,
  ) {}

  /** What is in a folder. */
  async browse(_id: string, _path: string): Promise<ImageEntry[]> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Copies a file out. */
  async readFile(_id: string, _path: string, _to: string): Promise<{ path: string; bytes: number }> {
    throw failure('internal', { message: 'not yet' });
  }
}
