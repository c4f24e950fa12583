import { failure } from '@shared/errors/paddock-error.js';
import type { Image } from '@shared/images/image.js';
import type { Holds } from '../layers/holds.js';
import type { LayerCatalog } from '../layers/layer-catalog.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import type { StateStore } from '../state-store.js';
import type { VmService } from '../vms/vm-service.js';

/** Who uses which image, and the right to work on one that nobody uses. */
export class ImageUses {
  constructor(
    private readonly store: StateStore,
    private readonly vms: VmService,
    private readonly catalog: LayerCatalog,
    readonly holds: Holds,
  ) {}

  /** The image of an id or a name. Throws Failure image-unknown. */
  get(wanted: string): Image {
    const images = Object.values(this.store.state.images);
    const image = images.find(({ id }) => id === wanted) ?? images.find(({ name }) => name === wanted);
    if (!image) throw failure('image-unknown', { image: wanted });
    return image;
  }

  /** All images there are. */
  all(): readonly Image[] {
    return Object.values(this.store.state.images);
  }

  /** Layers on it and machines that have it as a disk, in words: "the layer of web". */
  async usersOf(image: Image): Promise<string[]> {
    await this.catalog.whenKnown();
    const layers = Object.values(this.store.state.layers).filter(({ basePath }) => basePath === image.path);
    const machines = [...this.vms.records.values()].filter(({ spec }) =>
      spec.disks.some((disk) => disk.kind === 'file' && disk.path === image.path),
    );
    return [
      ...layers.map(({ name, role }) =>
        role === 'snapshot' ? `a snapshot of ${name}` : `the layer of ${name}`,
      ),
      ...machines.map(({ spec }) => `the machine ${spec.name}`),
    ];
  }

  /**
   * Takes an image that is to be written, for as long as the work takes. Throws Failure: image-unknown, image-missing,
   * image-busy with who has it.
   */
  async take(wanted: string, why: string): Promise<{ image: Image; release: () => void }> {
    const image = this.get(wanted);
    const busy = (reason: string): Error => failure('image-busy', { name: image.name, why: reason });
    const held = this.holds.why(image.path);
    if (held !== null) throw busy(held);
    // Before anything is awaited: of two that want it one must lose.
    const release = this.holds.take([image.path], why);
    try {
      if (!(await statOrNull(image.path))) throw failure('image-missing', { path: image.path });
      const [user, ...more] = await this.usersOf(image);
      if (user !== undefined)
        throw busy(
          `${user}${more.length > 0 ? ` and ${more.length} more` : ''} ${more.length > 0 ? 'stand' : 'stands'} on it`,
        );
      const [lock] = await fileLocks(image.path);
      if (lock) throw busy(`process ${lock.pid} has it open`);
      return { image, release };
    } catch (error) {
      release();
      throw error;
    }
  }
}
