import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { log } from '../platform/log.js';
import { GZIP_SUFFIX, member, MEMBER_BYTES, memberPlaces, readMember } from './log-gzip.js';
import type { LogLimits } from './log-limits.js';

/** It works for half of the time at the most, so that a machine that boots meanwhile has the computer. */
const REST_SHARE = 1;

/**
 * Compresses the logs of ended runs, one after the other in the background. The compressed file takes the name of the
 * old one and `.gz` when it is whole, on the disk and was read again; only then the old one goes. So whatever is
 * killed when, one of the two is there; what was left half done is removed and begun again.
 */
export class LogCompressor {
  private readonly waiting = new Set<string>();
  private isWorking = false;
  private settled: (() => void)[] = [];
  /** Called when there is nothing more to do. */
  onIdle: () => void = () => {};

  constructor(private readonly limits: LogLimits) {}

  /** True while it has something to do. */
  get isBusy(): boolean {
    return this.isWorking;
  }

  /** A run is over: its logs are compressed soon. */
  add(runFolder: string): void {
    this.waiting.add(runFolder);
    if (!this.isWorking) void this.work();
  }

  /** Resolves when there is nothing to do. */
  async whenIdle(): Promise<void> {
    if (this.isWorking) await new Promise<void>((resolve) => this.settled.push(resolve));
  }

  private async work(): Promise<void> {
    this.isWorking = true;
    // Not in the way of whatever just ended a run, or of a host that starts.
    await delay(0);
    for (const folder of this.waiting) {
      this.waiting.delete(folder);
      // Removed meanwhile, or a full disk: the logs stay as they are, and the next host tries again.
      await this.compressIn(folder).catch((error: Error) =>
        log('warn', 'logs not compressed', { folder, error: error.message }),
      );
    }
    this.isWorking = false;
    for (const resolve of this.settled) resolve();
    this.settled = [];
    this.onIdle();
  }

  private async compressIn(folder: string): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (name.endsWith('.partial')) await rm(join(folder, name), { force: true });
    for (const name of names) {
      if (!name.endsWith('.log')) continue;
      const path = join(folder, name);
      const facts = await stat(path).catch(() => null);
      if (!facts?.isFile() || facts.size < this.limits.compressFromBytes) continue;
      await compress(path, facts.size);
    }
  }
}

async function compress(path: string, length: number): Promise<void> {
  const partial = `${path}${GZIP_SUFFIX}.partial`;
  const plain = await open(path, 'r');
  try {
    const packed = await open(partial, 'w+', 0o600);
    try {
      await pack(plain, packed, length);
      await packed.sync();
      await checkSame(plain, packed, length);
    } finally {
      await packed.close();
    }
    await rename(partial, path + GZIP_SUFFIX);
    await syncFolder(path);
    await rm(path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await plain.close();
  }
}

async function pack(plain: FileHandle, packed: FileHandle, length: number): Promise<void> {
  for (let at = 0; at < length; at += MEMBER_BYTES) {
    const startedAt = performance.now();
    const bytes = await readAll(plain, at, Math.min(MEMBER_BYTES, length - at));
    await packed.writeFile(await member(bytes, length));
    await delay((performance.now() - startedAt) * REST_SHARE);
  }
}

/** Throws unless every byte comes back. */
async function checkSame(plain: FileHandle, packed: FileHandle, length: number): Promise<void> {
  let at = 0;
  for (const place of await memberPlaces(packed)) {
    const [before, after] = [await readAll(plain, at, place.bytes), await readMember(packed, place)];
    if (!before.equals(after)) throw new Error(`it doesn’t come back the same at ${at}`);
    at += place.bytes;
  }
  if (at !== length) throw new Error(`only ${at} of ${length} bytes come back`);
}

async function readAll(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await file.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) throw new Error('it was cut while it was read');
    at += bytesRead;
  }
  return bytes;
}

/** Makes sure that a file's new name outlives a power cut before its old content goes. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(join(path, '..'), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
