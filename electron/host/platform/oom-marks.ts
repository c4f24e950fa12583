/** A process that sleeps is missed only when it should go on: what was killed so long ago still counts. */
const GAP_MS = 30_000;

/**
 * Tells the kills for want of memory of a moment ago from those of an hour ago: Linux only counts them. Marks are set
 * now and then; two are kept, so that one that falls between a kill and its discovery hides nothing.
 */
export class OomMarks {
  private before = 0;
  private last = 0;
  private lastAt = -Infinity;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A run begins: what was killed before is not its end. */
  begin(count: number): void {
    this.before = count;
    this.last = count;
    this.lastAt = this.now();
  }

  /** Sets a mark, unless the last one is younger than it should be. */
  mark(count: number): void {
    if (this.now() - this.lastAt < GAP_MS) return;
    this.lastAt = this.now();
    this.before = this.last;
    this.last = count;
  }

  /** Kills since the mark before the last one. */
  recent(count: number): number {
    return count - this.before;
  }
}
