import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { log } from '../platform/log.js';

/** So much of the newest output is kept in memory, so that who follows live needs no disk. */
const RECENT_BYTES = 256 * 1024;

/** Every byte of one console in one run: on disk from the first, and read back by offset. */
export class ConsoleLog {
  private fd: number | null;
  private recent: Buffer[] = [];
  private recentBytes = 0;
  private size: number;
  private diskSize: number;

  /** `write` false opens the log of a run that ended. */
  constructor(
    private readonly path: string,
    { write }: { write: boolean },
  ) {
    this.fd = write ? openSync(path, 'a', 0o600) : null;
    this.size = sizeOf(path);
    this.diskSize = this.size;
  }

  /** From here on the output is in memory; before it, on the disk only. */
  get recentStart(): number {
    return this.size - this.recentBytes;
  }

  /** Bytes so far. */
  get length(): number {
    return this.size;
  }

  /** Writes at once, before anybody sees the bytes: what was shown is on disk. */
  append(bytes: Buffer): void {
    this.size += bytes.length;
    this.recent.push(bytes);
    this.recentBytes += bytes.length;
    while (this.recentBytes - (this.recent[0]?.length ?? 0) >= RECENT_BYTES) {
      this.recentBytes -= this.recent.shift()?.length ?? 0;
    }
    if (this.fd === null) return;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.fd, bytes, at);
      this.diskSize += bytes.length;
    } catch (error) {
      // A full disk must not take the console with it: the rest of this run is kept in memory only.
      log('error', 'console log can’t be written', { path: this.path, error: (error as Error).message });
      this.close();
    }
  }

  /** Up to `max` bytes from `offset`; empty at the end, and where a full disk left nothing. */
  async read(offset: number, max: number): Promise<Buffer> {
    const { recentStart } = this;
    if (offset >= recentStart) {
      const all = Buffer.concat(this.recent);
      return all.subarray(offset - recentStart, Math.min(offset - recentStart + max, all.length));
    }
    if (offset >= this.diskSize) return Buffer.alloc(0);
    // Somebody took the log away: a hole, as after a full disk.
    const file = await open(this.path, 'r').catch(() => null);
    if (!file) return Buffer.alloc(0);
    try {
      const buffer = Buffer.allocUnsafe(Math.min(max, this.diskSize - offset));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** The run is over: it is read from the disk from here on, unless a full disk kept some of it away. */
  finish(): void {
    this.close();
    if (this.diskSize < this.size) return;
    this.recent = [];
    this.recentBytes = 0;
  }

  /** Ends the writing; reading goes on. */
  private close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
