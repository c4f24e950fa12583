import { applyChange, emptyState, type Change, type Patch, type Snapshot } from '@shared/api/state.js';

/** The host's truth, and everybody who mirrors it. */
export class StateStore {
  private current: Snapshot = { seq: 0, state: emptyState() };
  private pending: Change[] = [];
  private readonly watchers = new Set<(patch: Patch) => void>();

  /** The state, all changes included. */
  get state(): Snapshot['state'] {
    return this.current.state;
  }

  /** Sets one thing, or removes it with null. Changes of one turn of the event loop travel as one patch. */
  change(change: Change): void {
    this.current = { ...this.current, state: applyChange(this.current.state, change) };
    if (this.pending.length === 0) setImmediate(() => this.flush());
    this.pending = this.pending.filter(
      (other) => other.collection !== change.collection || other.id !== change.id,
    );
    this.pending.push(change);
  }

  /** The state now, and from here on every patch. Returns how to stop. */
  watch(watcher: (patch: Patch) => void): { snapshot: Snapshot; stop: () => void } {
    this.flush();
    this.watchers.add(watcher);
    return { snapshot: this.current, stop: () => this.watchers.delete(watcher) };
  }

  /** Sends what is pending now: before the answer to a call, so that whoever called sees what it did. */
  flush(): void {
    if (this.pending.length === 0) return;
    const patch: Patch = { seq: this.current.seq + 1, changes: this.pending };
    this.current = { ...this.current, seq: patch.seq };
    this.pending = [];
    for (const watcher of this.watchers) watcher(patch);
  }
}
