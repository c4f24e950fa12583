import { randomBytes } from 'node:crypto';
import { copyFile, constants, link, mkdir, readdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { trashEntrySchema, type TrashEntry } from '@shared/api/layer-calls.js';
import { failure } from '@shared/errors/paddock-error.js';
import { readJson, statOrNull, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';

const recordSchema = trashEntrySchema.omit({ bytes: true }).extend({
  version: z.literal(1),
  /** Small files that lay beside it and are put back with it: path and text. */
  companions: z.array(z.strictObject({ path: z.string(), text: z.string() })),
});
type TrashRecord = z.infer<typeof recordSchema>;

/** What to put away. */
export interface Rubbish {
  path: string;
  /** What it is called, for the list. */
  name: string;
  why: string;
  /** Where it goes when it is put back; left out: where it was. */
  restoreTo?: string;
  companions?: { path: string; text: string }[];
}

/** Files that were put away and can be had back: `<folder>/<id>/{trash.json,<file>}`. Nothing in it goes by itself. */
export class TrashService {
  /** Called with the paths of what came back. */
  onRestored: (paths: string[]) => Promise<void> = async () => {};

  constructor(private readonly folder: string) {}

  /** Moves a file into the trash; one that isn't there is no trouble. */
  async put({ path, name, why, restoreTo = path, companions = [] }: Rubbish): Promise<void> {
    if (!(await statOrNull(path))) return;
    const id = randomBytes(6).toString('hex');
    const place = join(this.folder, id);
    await mkdir(place, { recursive: true, mode: 0o700 });
    const record: TrashRecord = {
      version: 1,
      id,
      name,
      path: restoreTo,
      putAwayAt: new Date().toISOString(),
      why,
      companions,
    };
    await writeJson(join(place, 'trash.json'), record);
    await move(path, this.fileOf(record));
  }

  /** What there is, newest first. */
  async list(): Promise<TrashEntry[]> {
    const records = await this.records();
    const entries = await Promise.all(
      records.map(async ({ version: _version, companions: _companions, ...entry }) => ({
        ...entry,
        bytes: ((await statOrNull(this.fileOf(entry)))?.blocks ?? 0) * 512,
      })),
    );
    return entries.sort((a, b) => b.putAwayAt.localeCompare(a.putAwayAt));
  }

  /** Puts something back. Throws Failure: trash-unknown, trash-failed when its place is taken or gone. */
  async restore(id: string): Promise<string> {
    const record = (await this.records()).find((one) => one.id === id);
    if (!record) throw failure('trash-unknown', { id });
    const { path, companions } = record;
    if (await statOrNull(path)) throw failure('trash-failed', { path, why: 'something is in its place' });
    if (!(await statOrNull(dirname(path))))
      throw failure('trash-failed', { path, why: 'its folder is gone; copy it from the trash by hand' });
    await move(this.fileOf(record), path);
    for (const one of companions) await writeFile(one.path, one.text, { mode: 0o600 });
    await rm(join(this.folder, id), { recursive: true, force: true });
    await this.onRestored([path, ...companions.map((one) => one.path)]);
    return path;
  }

  /** Removes something for good; null: everything. Throws Failure trash-unknown. */
  async empty(id: string | null): Promise<void> {
    const records = await this.records();
    const gone = id === null ? records : records.filter((record) => record.id === id);
    if (id !== null && gone.length === 0) throw failure('trash-unknown', { id });
    for (const record of gone) await rm(join(this.folder, record.id), { recursive: true, force: true });
  }

  private fileOf({ id, path }: Pick<TrashRecord, 'id' | 'path'>): string {
    return join(this.folder, id, basename(path));
  }

  private async records(): Promise<TrashRecord[]> {
    const names = await readdir(this.folder).catch(() => []);
    const records: TrashRecord[] = [];
    for (const name of names) {
      const read = await readJson(join(this.folder, name, 'trash.json'), recordSchema);
      // A host that was killed between the two left a record and no file.
      if (read.ok && read.value.id === name && (await statOrNull(this.fileOf(read.value))))
        records.push(read.value);
      else log('warn', 'trash can’t be read', { name });
    }
    return records;
  }
}

/** Within a file system by a link, which never takes the place of what is there; else by a copy. */
async function move(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
    await unlink(from);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EXDEV') {
      await copyFile(from, to, constants.COPYFILE_EXCL);
      await unlink(from);
    } else if (code === 'EPERM') {
      // Some systems let nobody link to a file of somebody else's (fs.protected_hardlinks).
      await rename(from, to);
    } else throw error;
  }
}
