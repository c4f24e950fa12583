import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { imageNameSchema } from '@shared/images/image.js';
import { nearestVmName } from '@shared/vms/vm-name.js';
import type { TrashService } from '../trash/trash-service.js';
import type { ImageService } from './image-service.js';
import type { ImageUses } from './image-uses.js';

/** What can be done to the images of the library as such: names, notes, the trash. */
export class LibraryService {
  constructor(
    private readonly images: ImageService,
    private readonly uses: ImageUses,
    private readonly trash: TrashService,
  ) {}

  /** Changes name or note. The file keeps its name: layers know it by that. Throws Failure. */
  async describe(id: string, name: string | undefined, note: string | undefined): Promise<void> {
    const image = this.uses.get(id);
    if (name !== undefined && name !== image.name) {
      if (!imageNameSchema.safeParse(name).success)
        throw failure('image-name-invalid', { name, nearest: nearestVmName(name) });
      if (this.images.isNamed(name)) throw failure('image-name-taken', { name });
    }
    await this.images.add({ ...image, name: name ?? image.name, note: note ?? image.note });
  }

  /** Puts one that nothing uses into the trash; a file of somebody's only leaves the library. Throws Failure. */
  async putAway(id: string): Promise<void> {
    const { image, release } = await this.uses.take(id, 'it is put into the trash');
    try {
      const record = this.images.recordOf(image.id);
      // What lies in the library is the library's; a disk of somebody's stays where it is.
      if (dirname(image.path) === this.images.folder)
        await this.trash.put({
          path: image.path,
          name: image.name,
          why: 'an image that was put away',
          companions: [{ path: record, text: JSON.stringify(image) }],
        });
      await rm(record, { force: true });
      this.images.forget(image.id);
    } finally {
      release();
    }
  }
}
