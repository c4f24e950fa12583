import { readdirSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { parsePss } from '@shared/figures/proc-text.js';
import { readProc } from './proc-file.js';

/**
 * PSS is found by walking page tables, about 1 ms for a small machine. A young one changes, it boots and opens its
 * consoles; so it is measured when the time that it was watched for has doubled, at most this often and at least that.
 */
const PSS_MIN_MS = 1000;
const PSS_MAX_MS = 30_000;
/** And only of a machine that used this much CPU time since; what an idle one has doesn't change. */
const PSS_AFTER_NS = 20_000_000;

/**
 * The memory that a machine takes from this computer. Nearly all of it is the memory file, a deleted file that is the
 * guest's RAM; the main process and all stubs map it, so it is counted by its blocks, once, and left out of the PSS.
 */
export class MachineMemory {
  /** /proc/PID/fd/N of the memory file, and its inode: a guest that restarts in place gets another one. */
  private file: { path: string; inode: number } | null = null;
  private fileBytes: number | null = null;
  private pss = { all: 0, shmem: 0 };
  private firstAt: number | null = null;
  private measuredAt = Number.NEGATIVE_INFINITY;
  private measuredNs = 0;

  constructor(private readonly pid: number) {}

  /** As of the last looks. */
  get bytes(): number {
    if (this.fileBytes === null) return this.pss.all;
    return this.pss.all - this.pss.shmem + this.fileBytes;
  }

  /** When the PSS was measured; never: minus infinity. */
  get pssAt(): number {
    return this.measuredAt;
  }

  /** True when the PSS may have changed and was not measured for a while. */
  isDue(now: number, cpuNs: number): boolean {
    const watchedMs = now - (this.firstAt ?? now);
    const wait = Math.min(Math.max(watchedMs / 2, PSS_MIN_MS), PSS_MAX_MS);
    return now - this.measuredAt >= wait && (cpuNs - this.measuredNs >= PSS_AFTER_NS || this.pss.all === 0);
  }

  /** Measures the PSS of the machine's address spaces: the expensive part. */
  measurePss(now: number, cpuNs: number, addressSpaces: readonly number[]): void {
    this.pss = { all: 0, shmem: 0 };
    for (const pid of addressSpaces) {
      const pss = parsePss(readProc(`/proc/${pid}/smaps_rollup`) ?? '');
      this.pss.all += pss?.all ?? 0;
      this.pss.shmem += pss?.shmem ?? 0;
    }
    this.firstAt ??= now;
    this.measuredAt = now;
    this.measuredNs = cpuNs;
  }

  /** Looks how large the memory file has become. */
  lookAtFile(): void {
    const stats = this.file && statOrNull(this.file.path);
    if (stats?.ino === this.file?.inode) this.fileBytes = stats ? stats.blocks * 512 : null;
    else this.file = null;
    if (this.file === null) this.findFile();
  }

  /** The deleted file that the main process holds open and has mapped shared, such as `/dev/shm/#123 (deleted)`. */
  private findFile(): void {
    this.fileBytes = null;
    const folder = `/proc/${this.pid}/fd`;
    const maps = readProc(`/proc/${this.pid}/maps`) ?? '';
    const mapped = new Set(maps.split('\n').flatMap((line) => sharedAndDeleted.exec(line)?.[1] ?? []));
    if (mapped.size === 0) return;
    try {
      for (const fd of readdirSync(folder)) {
        const path = `${folder}/${fd}`;
        if (!mapped.has(readlinkSync(path, 'latin1'))) continue;
        const { ino, blocks } = statSync(path);
        this.file = { path, inode: ino };
        this.fileBytes = blocks * 512;
        return;
      }
    } catch {
      // It ended meanwhile.
    }
  }
}

/** `92c00000-95b8a000 rwxs 32c00000 00:1b 11313   /dev/shm/#11313 (deleted)` (proc(5)). */
const sharedAndDeleted = /^\S+ ..[-x]s \S+ \S+ \d+ +(\/.* \(deleted\))$/;

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
