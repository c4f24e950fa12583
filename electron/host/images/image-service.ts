import { lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { createHash } from 'node:crypto';
import { failure } from '@shared/errors/paddock-error.js';
import { imageSchema, type Image } from '@shared/images/image.js';
import { checkBase } from '../layers/layer-files.js';
import { exists, readJson, statOrNull, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';
import { removeWorkDir } from './build/work-dir.js';
import { makeTinyImage, tinyImageId } from './tiny-image.js';

/** The disk images that machines can be made on: `<images>/<id>.img` with `<id>.json` beside it. */
export class ImageService {
  /** Files that work on an image is making here. */
  readonly inWork = new Set<string>();

  /** The tiny image in the making: two clicks make one image. */
  private making: Promise<Image> | null = null;

  constructor(
    readonly folder: string,
    private readonly store: StateStore,
  ) {}

  /** Reads the library, and clears away what a killed host left half-made. */
  async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.removeUnrecorded();
    for (const name of await readdir(this.folder))
      if (name.endsWith('.partial') || name.startsWith('tiny-tree-') || name.startsWith('build-'))
        // What can't be removed takes room; it must not keep the host from starting.
        await removeWorkDir(join(this.folder, name)).catch((error: Error) =>
          log('warn', 'half-made image can’t be removed', { name, error: error.message }),
        );
    await this.readRecords();
  }

  /** Removes images that a killed host had put in place and not noted down yet: the disk of a build, under two names. */
  private async removeUnrecorded(): Promise<void> {
    const names = await readdir(this.folder);
    const made = new Set<bigint>();
    for (const name of names.filter((one) => one.startsWith('build-'))) {
      const disk = await lstat(join(this.folder, name, 'disk.img'), { bigint: true }).catch(() => null);
      if (disk?.isFile() && disk.nlink > 1n) made.add(disk.ino);
    }
    for (const name of names.filter((one) => one.endsWith('.img') && made.size > 0)) {
      const path = join(this.folder, name);
      const isMade = made.has((await lstat(path, { bigint: true })).ino);
      if (isMade && !names.includes(`${name.slice(0, -4)}.json`)) await rm(path, { force: true });
    }
  }

  /** Reads what is noted down about the images in the library, such as one that came back from the trash. */
  async readRecords(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (!name.endsWith('.json')) continue;
      const image = await readJson(join(this.folder, name), imageSchema);
      if (!image.ok) log('warn', 'image can’t be read', { name, why: image.why });
      else if (await exists(image.value.path)) this.publish(image.value);
    }
  }

  /** Where the files of all images are. */
  paths(): string[] {
    return Object.values(this.store.state.images).map(({ path }) => path);
  }

  /** The image whose file this is, if any. */
  at(path: string): Image | undefined {
    return Object.values(this.store.state.images).find((image) => image.path === path);
  }

  /** Path of an image of this name in the library, there or not. */
  pathOf(name: string): string {
    return join(this.folder, `${name}.img`);
  }

  /**
   * The image that somebody means: 'tiny' (made when it isn't there), the id or name of one in the library, or the
   * absolute path of a disk, which joins the library where it is. Throws Failure.
   */
  async resolve(wanted: string): Promise<Image> {
    if (wanted === 'tiny') return this.tiny();
    if (isAbsolute(wanted)) return this.addFile(wanted);
    const images = Object.values(this.store.state.images);
    const image = images.find(({ id }) => id === wanted) ?? images.find(({ name }) => name === wanted);
    if (!image) throw failure('image-unknown', { image: wanted });
    if (!(await exists(image.path))) throw failure('image-missing', { path: image.path });
    return image;
  }

  /**
   * The image that somebody means, for a copy of it: as `resolve`, but a disk that can't carry layers is fine, and one
   * named by its path does not join the library.
   */
  async lookUp(wanted: string): Promise<Pick<Image, 'name' | 'path'>> {
    if (!isAbsolute(wanted)) return this.resolve(wanted);
    const path = await realpath(wanted).catch(() => {
      throw failure('image-missing', { path: wanted });
    });
    return { name: basename(path), path };
  }

  /** True when somebody who names this could mean an image that is there already. */
  isTaken(name: string): boolean {
    const images = Object.values(this.store.state.images);
    return name === 'tiny' || images.some((image) => image.name === name && image.id !== name);
  }

  /** The tiny image, made now if need be. */
  async tiny(): Promise<Image> {
    const id = await tinyImageId();
    const known = this.store.state.images[id];
    if (known && (await exists(known.path))) return known;
    this.making ??= this.makeTiny(id).finally(() => (this.making = null));
    return this.making;
  }

  /** True when an image of the library has this id or this name. */
  isNamed(name: string): boolean {
    return (
      name === 'tiny' ||
      Object.values(this.store.state.images).some((one) => one.id === name || one.name === name)
    );
  }

  /** Where what is known of an image is noted down. */
  recordOf(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  /** It is no longer in the library. */
  forget(id: string): void {
    this.store.change({ collection: 'images', id, value: null });
  }

  /** True for what the making of the tiny image, or other work on an image, writes now. */
  isMaking(path: string): boolean {
    if (this.inWork.has(path)) return true;
    return this.making !== null && basename(path).startsWith('tiny-');
  }

  /** Puts a finished image into the library, or what is new about one that is there. */
  async add(image: Image): Promise<void> {
    await writeJson(this.recordOf(image.id), image);
    this.publish(image);
  }

  private async makeTiny(id: string): Promise<Image> {
    const path = this.pathOf(id);
    if (!(await exists(path))) await makeTinyImage(path, this.folder);
    const image = await describe(id, 'tiny', 'tiny', path, 'BusyBox of this computer');
    const made: Image = { ...image, guestTools: true, filesystem: 'ext4' };
    await this.add(made);
    return made;
  }

  private async addFile(path: string): Promise<Image> {
    const real = await realpath(path).catch(() => {
      throw failure('image-missing', { path });
    });
    await checkBase(real);
    const known = this.at(real);
    if (known) return known;
    const id = `file-${createHash('sha256').update(real).digest('hex').slice(0, 12)}`;
    const image = await describe(id, basename(real).slice(0, 80), 'file', real, 'a file of yours');
    await this.add(image);
    return image;
  }

  private publish(image: Image): void {
    this.store.change({ collection: 'images', id: image.id, value: image });
  }
}

/** The library's entry for a file that is there. */
export async function describe(
  id: string,
  name: string,
  kind: Image['kind'],
  path: string,
  origin: string,
): Promise<Image> {
  const file = await statOrNull(path);
  return imageSchema.parse({
    version: 1,
    id,
    name,
    kind,
    path,
    sizeBytes: file?.size ?? 0,
    createdAt: new Date().toISOString(),
    origin,
  });
}
