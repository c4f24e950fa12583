import { failure } from '@shared/errors/paddock-error.js';

/** Files that something works on, and why: at most one at a time may. Machines have holds of their own (VmRecord.held). */
export class Holds {
  private readonly reasons = new Map<string, string>();

  /** Why a file is worked on; null when it isn't. */
  why(path: string): string | null {
    return this.reasons.get(path) ?? null;
  }

  /** Throws Failure `layer-held` when one of the files is worked on. */
  check(paths: readonly string[]): void {
    for (const path of paths) {
      const why = this.reasons.get(path);
      if (why !== undefined) throw failure('layer-held', { path, why });
    }
  }

  /** Takes files, all or none of them, and returns how to give them back. Throws Failure `layer-held`. */
  take(paths: readonly string[], why: string): () => void {
    this.check(paths);
    for (const path of paths) this.reasons.set(path, why);
    return () => {
      for (const path of paths) this.reasons.delete(path);
    };
  }
}
