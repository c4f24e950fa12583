import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runBlockTask } from '../blocks/run-block-task.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import { mtimeSeconds } from './layer-files.js';

/** So many times of a base are remembered. */
const CONTENTS_KEPT = 32;

const contentSchema = z.strictObject({
  sizeBytes: z.int(),
  /** The base's time when its content was hashed: what the headers of the layers made on it then say, too. */
  mtimeSeconds: z.int(),
  hash: z.string(),
  hashedAt: z.iso.datetime(),
});
/** What a base held at one of its times. */
export type BaseContent = z.infer<typeof contentSchema>;

/** By path, newest last: layers made before and after a base was changed each need what it was then. */
const recordSchema = z.strictObject({
  version: z.literal(1),
  path: z.string(),
  contents: z.array(contentSchema).min(1),
});

/** Identity of a base: of its path, so that one that is missing has one, too. */
export function baseIdOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 12);
}

/**
 * Hashes of what bases held when they became bases. The kernel compares only time and size; with a hash it can be told
 * whether a base was changed or only touched. They are counted one after the other, behind everything else.
 */
export class BaseHashes {
  private readonly records = new Map<string, BaseContent[]>();
  private readonly wanted = new Set<string>();
  private working: Promise<void> | null = null;
  /** Called when one was counted. */
  onCounted: (path: string) => void = () => {};
  /** Called when nothing is left to count. */
  onIdle: () => void = () => {};

  constructor(private readonly folder: string) {}

  /** True while a base is being counted. */
  get isBusy(): boolean {
    return this.working !== null;
  }

  /** What is known of a base, newest last. */
  async of(path: string): Promise<readonly BaseContent[]> {
    const known = this.records.get(path);
    if (known) return known;
    const read = await readJson(this.fileOf(path), recordSchema);
    const contents = read.ok && read.value.path === path ? read.value.contents : [];
    this.records.set(path, contents);
    return contents;
  }

  /** What a base held when it had this time, which is what a layer's header says; null when that was never counted. */
  async at(path: string, mtime: number): Promise<BaseContent | null> {
    return (await this.of(path)).findLast((content) => content.mtimeSeconds === mtime) ?? null;
  }

  /** Counts a base that became one, unless it is known as it is now. Returns at once. */
  want(path: string): void {
    this.wanted.add(path);
    this.working ??= this.work().finally(() => {
      this.working = null;
      this.onIdle();
    });
  }

  /** Remembers a hash that was counted elsewhere, such as for another path of the same content. */
  async put(path: string, hash: string): Promise<void> {
    const { size } = await stat(path);
    const content: BaseContent = {
      sizeBytes: size,
      mtimeSeconds: await mtimeSeconds(path),
      hash,
      hashedAt: new Date().toISOString(),
    };
    const contents = [...(await this.of(path)), content].slice(-CONTENTS_KEPT);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeJson(this.fileOf(path), { version: 1, path, contents });
    this.records.set(path, contents);
    this.onCounted(path);
  }

  private async work(): Promise<void> {
    for (const path of this.wanted) {
      this.wanted.delete(path);
      await this.count(path).catch((error: Error) =>
        log('warn', 'base not hashed', { path, error: error.message }),
      );
    }
  }

  private async count(path: string): Promise<void> {
    const before = { size: (await stat(path)).size, time: await mtimeSeconds(path) };
    const known = await this.at(path, before.time);
    // The first one counts: what the base was when the layers were made.
    if (known?.sizeBytes === before.size) return;
    const { hash } = await runBlockTask({ kind: 'hash', path });
    const after = { size: (await stat(path)).size, time: await mtimeSeconds(path) };
    if (after.size === before.size && after.time === before.time) await this.put(path, hash);
  }

  private fileOf(path: string): string {
    return join(this.folder, `${baseIdOf(path)}.json`);
  }
}
