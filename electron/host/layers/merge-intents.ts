import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { failure } from '@shared/errors/paddock-error.js';
import { mergeEngineSchema } from '@shared/layers/merge-plan.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import { baseIdOf } from './base-hashes.js';
import { readLayerHeader } from './layer-files.js';

const intentSchema = z.strictObject({
  version: z.literal(1),
  basePath: z.string(),
  layerPath: z.string(),
  layerId: z.string(),
  /** What the layer is called, for whoever reads of it. */
  layerName: z.string(),
  /** The base's time before the merge: uml_moo wants it back before it goes on. */
  mtimeSeconds: z.int(),
  engine: mergeEngineSchema,
  at: z.iso.datetime(),
  /** The base is whole, and only the layer, of the library, is still to be removed. */
  isMerged: z.literal(true).optional(),
});
/** A merge into a base that was begun. */
export type MergeIntent = z.infer<typeof intentSchema>;

/**
 * Merges into bases that are not done. Written down, and on the disk, before the first byte of the base changes; taken
 * away when the last one is. One that is found at a host's start was interrupted: base and layer say so until somebody
 * resumes it, which does no harm however far it had come (facts/images-and-cow B8).
 */
export class MergeIntents {
  private readonly byBase = new Map<string, MergeIntent>();

  constructor(private readonly folder: string) {}

  /** Reads them. `removeLayer`: ends what was left of a merge that was all but done. */
  async load(removeLayer: (layerId: string) => Promise<void>): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      if (!name.endsWith('.json')) continue;
      const read = await readJson(join(this.folder, name), intentSchema);
      if (read.ok) {
        const { isMerged = false, layerId, basePath } = read.value;
        if (isMerged) {
          await removeLayer(layerId);
          await this.end(basePath);
          continue;
        }
        this.byBase.set(read.value.basePath, read.value);
        if (await isDone(read.value)) await this.end(read.value.basePath);
      } else log('error', 'a merge that was begun can’t be read', { name, why: read.why });
    }
  }

  /** The merge into a base that was not ended; null when there is none. */
  of(basePath: string): MergeIntent | null {
    return this.byBase.get(basePath) ?? null;
  }

  /** Throws Failure `layer-held` for a base that is half one, half the other. */
  check(basePath: string): void {
    const begun = this.of(basePath);
    if (begun !== null)
      throw failure('layer-held', {
        path: basePath,
        why: `a merge of ${begun.layerName} into it was interrupted; resume that first`,
      });
  }

  /** Throws Failure `layer-half-merged` for the layer without which such a base can never be made whole. */
  checkLayer(layerPath: string): void {
    for (const { basePath, layerPath: needed, layerName, layerId } of this.byBase.values())
      if (needed === layerPath)
        throw failure('layer-half-merged', { layer: layerName, layerId, base: basename(basePath) });
  }

  async begin(intent: MergeIntent): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeJson(this.fileOf(intent.basePath), intent);
    // That the file's name is on the disk takes a sync of the folder (fsync(2)).
    const folder = await open(this.folder, 'r');
    await folder.sync().finally(() => folder.close());
    this.byBase.set(intent.basePath, intent);
  }

  /** Notes that the base is whole: a layer that a killed host leaves from now on is nobody's any more. */
  async merged(basePath: string): Promise<void> {
    const intent = this.of(basePath);
    if (intent !== null) await writeJson(this.fileOf(basePath), { ...intent, isMerged: true });
  }

  async end(basePath: string): Promise<void> {
    await rm(this.fileOf(basePath), { force: true });
    this.byBase.delete(basePath);
  }

  private fileOf(basePath: string): string {
    return join(this.folder, `${baseIdOf(basePath)}.json`);
  }
}

/** A host was killed after the machine had its new layer: that one is made on the base as it is since. */
async function isDone({ layerPath, mtimeSeconds }: MergeIntent): Promise<boolean> {
  const header = await readLayerHeader(layerPath).catch(() => null);
  return header !== null && header.backingMtimeSeconds !== mtimeSeconds;
}
