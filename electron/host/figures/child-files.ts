import { ProcFile, readProc } from './proc-file.js';

/** So many files of one machine are kept open; a guest with many programs more has the rest opened each time. */
const KEPT = 64;

/** Files of a machine's child processes, kept open from look to look. */
export class ChildFiles {
  private readonly kept = new Map<number, Map<string, ProcFile>>();
  private count = 0;

  /** What `/proc/<pid>/<name>` says now, or null when the process is gone. */
  read(pid: number, name: string): string | null {
    const file = this.kept.get(pid)?.get(name);
    if (!file) return this.count < KEPT ? this.open(pid, name) : readProc(`/proc/${pid}/${name}`);
    const text = file.read();
    if (text !== null) return text;
    // Its process is gone: the pid is another one's now.
    this.drop(pid);
    return this.open(pid, name);
  }

  /** Closes what belongs to others. */
  keepOnly(pids: readonly number[]): void {
    if (this.kept.size === 0) return;
    const living = new Set(pids);
    for (const pid of this.kept.keys()) if (!living.has(pid)) this.drop(pid);
  }

  close(): void {
    this.keepOnly([]);
  }

  private open(pid: number, name: string): string | null {
    let file: ProcFile;
    try {
      file = new ProcFile(`/proc/${pid}/${name}`);
    } catch {
      return null;
    }
    const files = this.kept.get(pid) ?? new Map<string, ProcFile>();
    this.kept.set(pid, files.set(name, file));
    this.count += 1;
    return file.read();
  }

  private drop(pid: number): void {
    const files = this.kept.get(pid);
    for (const file of files?.values() ?? []) file.close();
    this.count -= files?.size ?? 0;
    this.kept.delete(pid);
  }
}
