import { chmod, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { type Disk, type DiskArgument, type DiskFlags, type DiskSource } from '@shared/layers/disk.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { runBlockTask } from '../blocks/run-block-task.js';
import type { ImageService } from '../images/image-service.js';
import type { BaseHashes } from '../layers/base-hashes.js';
import type { Holds } from '../layers/holds.js';
import { checkDisk, createLayer } from '../layers/layer-files.js';
import type { LayerLibrary, LibraryLayer } from '../layers/layer-library.js';
import type { MergeIntents } from '../layers/merge-intents.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';
import type { SafeLinks } from '../platform/safe-links.js';
import { checkFileDisk } from './disk-file.js';
import type { VmFiles } from './vm-files.js';

const MIB = 1024 * 1024;
const MKSWAP_LIMIT_MS = 30_000;

/** A disk to make: where it comes from and what it is to be. */
export interface NewDisk {
  unit: number;
  source: DiskSource;
  flags: DiskFlags;
  serial: string | null;
}

/** Makes the files of machines' disks, and knows by which paths UML is given them. */
export class MachineDisks {
  constructor(
    private readonly files: VmFiles,
    private readonly images: ImageService,
    private readonly library: LayerLibrary,
    private readonly hashes: BaseHashes,
    private readonly intents: MergeIntents,
    readonly holds: Holds,
    readonly links: SafeLinks,
  ) {}

  /**
   * Makes a disk for a machine, in its folder, which is there. Throws Failure, and nothing was made. A free layer is
   * moved, and stays moved.
   */
  async make(spec: Pick<VmSpec, 'id' | 'name'>, { unit, source, flags, serial }: NewDisk): Promise<Disk> {
    const folder = this.files.folder(spec.id);
    const common = { unit, flags, serial };
    switch (source.kind) {
      case 'layer': {
        const image = await this.images.resolve(source.image);
        const layerFile = await this.freeFile(folder, unit, 'cow');
        await this.makeLayer(join(folder, layerFile), image.path);
        const origin = `made with ${spec.name}`;
        return this.layerDisk(common, image.id, image.path, layerFile, origin);
      }
      case 'free-layer': {
        const record = this.library.get(source.layerId);
        if (record.role !== 'free')
          throw failure('layer-not-free', {
            name: record.note,
            why: 'it is a snapshot: branch it, and use the branch',
          });
        const path = this.library.pathOf(record.id);
        const release = this.holds.take([path], 'it is given to a machine');
        try {
          // One that is held is being merged; one that isn't was being merged when a host was killed.
          this.checkUnneeded(path);
          const layerFile = await this.freeFile(folder, unit, 'cow');
          await rename(path, join(folder, layerFile));
          await this.library.remove(record.id);
          const disk = this.layerDisk(common, record.imageId, record.basePath, layerFile, record.origin);
          return { ...disk, createdAt: record.createdAt, note: record.note };
        } finally {
          release();
        }
      }
      case 'copy': {
        const { path, name } = await this.images.lookUp(source.image);
        await checkDisk(path);
        this.checkWhole(path);
        // What is written to while it is copied is as after a power cut, at best.
        const writer = (await fileLocks(path)).find((lock) => lock.kind === 'write');
        if (writer) throw failure('image-in-use', { path, pid: writer.pid });
        const file = await this.freeFile(folder, unit, 'img');
        await this.copy(path, join(folder, file));
        return { kind: 'own', ...common, file, use: 'data', origin: `a full copy of ${name}` };
      }
      case 'empty':
      case 'swap': {
        const file = await this.freeFile(folder, unit, 'img');
        await this.makeEmpty(join(folder, file), source.sizeMiB * MIB, source.kind === 'swap');
        const use = source.kind === 'swap' ? ('swap' as const) : ('data' as const);
        return { kind: 'own', ...common, file, use, origin: use === 'swap' ? 'swap' : 'an empty disk' };
      }
      case 'file': {
        const path = await this.checkFile(source.path, flags);
        return { kind: 'file', ...common, path };
      }
    }
  }

  /** A free layer as it is noted before a machine is given it; undefined when there is none. */
  freeLayer(id: string): LibraryLayer | undefined {
    return this.library.records.get(id);
  }

  /** Puts a free layer that a machine was given back into the library, when nothing came of the machine. */
  async giveBack(record: LibraryLayer, path: string): Promise<void> {
    await this.library.adopt(record, path);
  }

  /** A new, empty layer at `path` on a base, whose content is then hashed in the background. */
  async makeLayer(path: string, basePath: string, { isHeld = false } = {}): Promise<void> {
    // Unless it is the work on the base that asks for it.
    if (!isHeld) this.checkWhole(basePath);
    await createLayer(path, basePath, await this.links.ensure(basePath));
    this.hashes.want(basePath);
  }

  /** That nothing works on a disk that others stand on, nor was interrupted in it. Throws Failure `layer-held`. */
  checkWhole(path: string): void {
    this.holds.check([path]);
    this.intents.check(path);
  }

  /** That no interrupted merge waits for a layer that is to go. Throws Failure `layer-half-merged`. */
  checkUnneeded(path: string): void {
    this.intents.checkLayer(path);
  }

  /** The paths that UML is given for the disks of a machine, whether their links are there or not. */
  arguments(spec: VmSpec): DiskArgument[] {
    return spec.disks.map((disk) => ({
      unit: disk.unit,
      flags: disk.flags,
      serial: disk.serial,
      path: this.links.pathFor(this.files.disk(spec, disk)),
      base: disk.kind === 'layer' ? this.links.pathFor(disk.basePath) : null,
    }));
  }

  /** Makes the links that those paths need. Throws Failure `path-unsafe`. */
  async ensureLinks(spec: VmSpec): Promise<void> {
    for (const disk of spec.disks) {
      await this.links.ensure(this.files.disk(spec, disk));
      if (disk.kind === 'layer') await this.links.ensure(disk.basePath);
    }
  }

  /** A file of somebody's as a disk, links resolved. Throws Failure `disk-path`. */
  private async checkFile(path: string, flags: DiskFlags): Promise<string> {
    const bad = (why: string): Error => failure('disk-path', { path, why });
    if (!path.startsWith('/')) throw bad('it must be an absolute path');
    const real = await realpath(path).catch(() => {
      throw bad('it is not there');
    });
    await checkFileDisk(real, flags);
    return real;
  }

  private layerDisk(
    common: Pick<Disk, 'unit' | 'flags' | 'serial'>,
    imageId: string,
    basePath: string,
    layerFile: string,
    origin: string,
  ): Extract<Disk, { kind: 'layer' }> {
    const createdAt = new Date().toISOString();
    return { kind: 'layer', ...common, imageId, basePath, layerFile, createdAt, origin, note: '' };
  }

  private async copy(from: string, to: string): Promise<void> {
    try {
      await runBlockTask({ kind: 'copy', from, to });
      await chmod(to, 0o600);
    } catch (error) {
      await rm(to, { force: true });
      throw (error as { code?: string }).code === 'ENOSPC' ? failure('no-space', { path: to }) : error;
    }
  }

  private async makeEmpty(path: string, bytes: number, isSwap: boolean): Promise<void> {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.truncate(bytes);
    } catch (error) {
      await rm(path, { force: true });
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ENOSPC' || code === 'EFBIG' ? failure('no-space', { path }) : error;
    } finally {
      await file.close();
    }
    if (!isSwap) return;
    try {
      await runProgram(['mkswap', '-q', path], { timeoutMs: MKSWAP_LIMIT_MS });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** A name that nothing in the machine's folder has; the first disk is `disk.cow`, as ever. */
  private async freeFile(folder: string, unit: number, ending: string): Promise<string> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const stem = unit === 0 ? 'disk' : `disk${unit}`;
    for (let n = 1; ; n += 1) {
      const name = n === 1 ? `${stem}.${ending}` : `${stem}-${n}.${ending}`;
      if (!(await statOrNull(join(folder, name)))) return name;
    }
  }
}
