import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { failure } from '@shared/errors/paddock-error.js';
import { layerNameSchema, layerNoteSchema } from '@shared/layers/layer.js';
import { diskUnitSchema } from '@shared/layers/disk.js';
import { vmIdSchema } from '@shared/vms/vm-id.js';
import { exists, readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';

const common = {
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9]{12}$/),
  imageId: z.string().min(1).max(80),
  basePath: z.string().startsWith('/'),
  createdAt: z.iso.datetime(),
  origin: z.string().max(400),
  note: layerNoteSchema,
  /** Where its file is still to be moved from, or was a moment ago (LayerLibrary.settle). */
  from: z.string().startsWith('/').optional(),
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
type NotedLayer = z.infer<typeof recordSchema>;
type Settled<T> = T extends unknown ? Omit<T, 'from'> : never;
export type LibraryLayer = Settled<NotedLayer>;
export type Snapshot = Extract<LibraryLayer, { role: 'snapshot' }>;

/** An id that nothing in the library has. */
export function newLayerId(): string {
  return randomBytes(6).toString('hex');
}

/** Layers that are no machine's: free ones and snapshots, `<folder>/<id>.cow` with `<id>.json` beside it. */
export class LayerLibrary {
  readonly records = new Map<string, LibraryLayer>();
  private isLoaded = false;
  /** Noted down by a host that was killed before it could say that the file was moved. */
  private moving: NotedLayer[] = [];

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
        if (read.ok && `${read.value.id}.json` === name) {
          if (read.value.from === undefined) this.records.set(read.value.id, read.value);
          else if (isFirst) this.moving.push(read.value);
        } else
          log('warn', 'layer can’t be read', {
            name,
            why: read.ok ? 'its id is not that of its file' : read.why,
          });
      }
    }
  }

  /**
   * Ends what a killed host had begun to move in. `whoUses`: whether a machine has a file as its disk; unknown where its
   * settings can't be read. What a machine still has stays with it.
   */
  async settle(whoUses: (path: string) => 'used' | 'unused' | 'unknown'): Promise<void> {
    for (const noted of this.moving.splice(0))
      // On a full disk, say: it is tried again at the next start, and nothing else waits for it.
      await this.settleOne(noted, whoUses).catch((error: Error) =>
        log('error', 'layer not moved in', { id: noted.id, why: error.message }),
      );
  }

  private async settleOne(
    { from = '', ...record }: NotedLayer,
    whoUses: (path: string) => 'used' | 'unused' | 'unknown',
  ): Promise<void> {
    if (!(await exists(this.pathOf(record.id)))) {
      const use = (await exists(from)) ? whoUses(from) : 'used';
      // Until they can be read; the file is where it was.
      if (use === 'unknown') return;
      if (use === 'used') return rm(this.recordOf(record.id), { force: true });
      await rename(from, this.pathOf(record.id));
    }
    await this.save(record);
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

  /**
   * Notes down a layer whose file is still at `from`, and returns how to move it in. In this order, so that a host that is
   * killed between the two leaves no file that nobody knows.
   */
  async expect(record: LibraryLayer, from: string): Promise<() => Promise<void>> {
    await writeJson(this.recordOf(record.id), { ...record, from });
    return async () => {
      try {
        await rename(from, this.pathOf(record.id));
      } catch (error) {
        await rm(this.recordOf(record.id), { force: true });
        throw error;
      }
      await this.save(record);
    };
  }

  /** Moves a file in as a layer. */
  async adopt(record: LibraryLayer, from: string): Promise<void> {
    const move = await this.expect(record, from);
    await move();
  }

  /** Notes down a layer whose file is in place, or changes what is noted. */
  async save(record: LibraryLayer): Promise<void> {
    await writeJson(this.recordOf(record.id), record);
    this.records.set(record.id, record);
  }

  /** Forgets a layer; its file was moved away before, or goes now. */
  async remove(id: string): Promise<void> {
    this.records.delete(id);
    await rm(this.recordOf(id), { force: true });
    await rm(this.pathOf(id), { force: true });
  }

  private recordOf(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}
