import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { failure } from '@shared/errors/paddock-error.js';
import { layerNameSchema, layerNoteSchema } from '@shared/layers/layer.js';
import { diskUnitSchema } from '@shared/layers/disk.js';
import { vmIdSchema } from '@shared/vms/vm-id.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';

const common = {
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9]{12}$/),
  imageId: z.string().min(1).max(80),
  basePath: z.string().startsWith('/'),
  createdAt: z.iso.datetime(),
  origin: z.string().max(400),
  note: layerNoteSchema,
};

/** A layer in the library, as kept beside it in `<id>.json`. */
const recordSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('free'), ...common, name: layerNameSchema }),
  z.strictObject({
    role: z.literal('snapshot'),
    ...common,
    /** All layers of a machine at one moment have one. */
    snapshotId: z.string().regex(/^[a-z0-9]{12}$/),
    vmId: vmIdSchema,
    /** The machine's name then: it may be gone. */
    vmName: z.string(),
    unit: diskUnitSchema,
    pausedMs: z.number().nullable(),
  }),
]);
export type LibraryLayer = z.infer<typeof recordSchema>;
export type Snapshot = Extract<LibraryLayer, { role: 'snapshot' }>;

/** An id that nothing in the library has. */
export function newLayerId(): string {
  return randomBytes(6).toString('hex');
}

/** Layers that are no machine's: free ones and snapshots, `<folder>/<id>.cow` with `<id>.json` beside it. */
export class LayerLibrary {
  readonly records = new Map<string, LibraryLayer>();
  private isLoaded = false;

  constructor(readonly folder: string) {}

  /** Reads it. The first time it clears away what a killed host left half-made; later that may be a copy under way. */
  async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const isFirst = !this.isLoaded;
    this.isLoaded = true;
    for (const name of await readdir(this.folder)) {
      if (name.endsWith('.partial')) {
        if (isFirst) await rm(join(this.folder, name), { force: true });
      } else if (name.endsWith('.json')) {
        const read = await readJson(join(this.folder, name), recordSchema);
        if (read.ok && `${read.value.id}.json` === name) this.records.set(read.value.id, read.value);
        else
          log('warn', 'layer can’t be read', {
            name,
            why: read.ok ? 'its id is not that of its file' : read.why,
          });
      }
    }
  }

  /** Path of a layer of this id, there or not. */
  pathOf(id: string): string {
    return join(this.folder, `${id}.cow`);
  }

  /** Throws Failure `layer-unknown`. */
  get(id: string): LibraryLayer {
    const record = this.records.get(id);
    if (!record) throw failure('layer-unknown', { id });
    return record;
  }

  /** The layers of a snapshot, by their disks. */
  snapshot(snapshotId: string): Snapshot[] {
    return [...this.records.values()]
      .filter((record): record is Snapshot => record.role === 'snapshot' && record.snapshotId === snapshotId)
      .sort((a, b) => a.unit - b.unit);
  }

  /** Notes down a layer whose file is in place, or changes what is noted. */
  async save(record: LibraryLayer): Promise<void> {
    await writeJson(join(this.folder, `${record.id}.json`), record);
    this.records.set(record.id, record);
  }

  /** Forgets a layer; its file was moved away before, or goes now. */
  async remove(id: string): Promise<void> {
    this.records.delete(id);
    await rm(join(this.folder, `${id}.json`), { force: true });
    await rm(this.pathOf(id), { force: true });
  }
}
