import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { libraryKernelSchema, type LibraryKernel } from '@shared/kernels/library-kernel.js';
import { exists, readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';

const RECORD = 'kernel.json';
/** No id begins with a dot. */
const STAGING = '.new-';
/** In a folder that begins so: the kernel that a new one takes the place of. */
const OLD = 'old';

/**
 * The kernels that Paddock fetched, built or was told of: `<folder>/<id>/kernel.json`, and beside it what came with it:
 * `linux`, `lib/modules/VERSION`, `libc/`, `config`.
 */
export class KernelLibrary {
  private readonly records = new Map<string, LibraryKernel>();
  /** Ids that somebody makes a kernel for. */
  private readonly promised = new Set<string>();

  constructor(readonly folder: string) {}

  /** Reads what is there, and clears away what a killed host left half-made; an old kernel that had no new one yet is back. */
  async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.folder)) if (name.startsWith(STAGING)) await this.clearAway(name);
    for (const name of await readdir(this.folder)) {
      const read = await readJson(join(this.folder, name, RECORD), libraryKernelSchema);
      if (read.ok && read.value.id === name) this.records.set(name, read.value);
      else
        log('warn', 'kernel of the library can’t be read', { name, why: read.ok ? 'another id' : read.why });
    }
  }

  private async clearAway(name: string): Promise<void> {
    const old = join(this.folder, name, OLD);
    const read = await readJson(join(old, RECORD), libraryKernelSchema);
    if (read.ok && !(await exists(this.folderOf(read.value)))) await rename(old, this.folderOf(read.value));
    await rm(join(this.folder, name), { recursive: true, force: true });
  }

  /** All of them, with the absolute paths of their binaries. */
  get all(): readonly { path: string; record: LibraryKernel }[] {
    return [...this.records.values()].map((record) => ({ path: this.pathOf(record), record }));
  }

  /** That of a path; undefined for a kernel of somebody else's. */
  byPath(path: string): LibraryKernel | undefined {
    return this.all.find((one) => one.path === path)?.record;
  }

  /** The folder that one is in. */
  folderOf({ id }: Pick<LibraryKernel, 'id'>): string {
    return join(this.folder, id);
  }

  /** An id that is free, like the words; promised to whoever asks, until it is taken in or released. */
  freeId(words: string): string {
    const id = this.nextId(words);
    this.promised.add(id);
    return id;
  }

  /** The id that `freeId` would promise. */
  nextId(words: string): string {
    const stem = words
      .toLowerCase()
      .replaceAll(/[^a-z0-9.]+/g, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, 60);
    for (let n = 1; ; n += 1) {
      const id = `${stem === '' ? 'kernel' : stem}${n === 1 ? '' : `-${n}`}`;
      if (!this.records.has(id) && !this.promised.has(id)) return id;
    }
  }

  /** Nobody makes a kernel for it any more. */
  release(id: string): void {
    this.promised.delete(id);
  }

  /** A folder on the library's own file system to make one in; cleared away by whoever asked, or at the next start. */
  async staging(name: string): Promise<string> {
    return mkdtemp(join(this.folder, `${STAGING}${name}-`));
  }

  /**
   * Takes a finished folder in, in the place of an older one of the same id; its path stays the same. What `check` throws
   * undoes it.
   */
  async put(record: LibraryKernel, staging: string, check: (path: string) => Promise<void>): Promise<void> {
    await writeJson(join(staging, RECORD), record);
    const folder = this.folderOf(record);
    const aside = join(await this.staging(`old-${record.id}`), OLD);
    // A kernel that runs goes on from its open file.
    await rename(folder, aside).catch(ignoreMissing);
    await rename(staging, folder);
    try {
      await check(this.pathOf(record));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      await rename(aside, folder).catch(ignoreMissing);
      throw error;
    } finally {
      await rm(join(aside, '..'), { recursive: true, force: true });
    }
    this.records.set(record.id, record);
  }

  /** Removes one with all that came with it; a file that stayed where it was stays there. */
  async remove({ id }: Pick<LibraryKernel, 'id'>): Promise<void> {
    await rm(join(this.folder, id), { recursive: true, force: true });
    this.records.delete(id);
  }

  private pathOf(record: LibraryKernel): string {
    return isAbsolute(record.file) ? record.file : join(this.folderOf(record), record.file);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
