import { failure } from '@shared/errors/paddock-error.js';
import type { TrashService } from '../trash/trash-service.js';
import type { ImageService } from './image-service.js';
import type { ImageUses } from './image-uses.js';

/** What can be done to the images of the library as such. */
export class LibraryService {
  constructor(
    protected readonly images: ImageService,
    protected readonly uses: ImageUses,
    protected readonly trash: TrashService,
  ) {}

  /** Changes name or note. */
  async describe(_id: string, _name: string | undefined, _note: string | undefined): Promise<void> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Puts one that nothing uses into the trash. */
  async putAway(_id: string): Promise<void> {
    throw failure('internal', { message: 'not yet' });
  }
}
