/**
 * Tells the kills for want of memory of a moment ago from those of an hour ago: Linux only counts them. Marks are set
 * now and then; two are kept, so that one that falls between a kill and its discovery hides nothing.
 */
export class OomMarks {
  private before = 0;
  private last = 0;

  /** A run begins: what was killed before is not its end. */
  begin(count: number): void {
    this.before = count;
    this.last = count;
  }

  /** Sets a mark. */
  mark(count: number): void {
    this.before = this.last;
    this.last = count;
  }

  /** Kills since the mark before the last one. */
  recent(count: number): number {
    return count - this.before;
  }
}
