/** So much at once, and so much a second after that. */
export class Budget {
  private left: number;
  private filledAt: number;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly now: () => number,
  ) {
    this.left = burst;
    this.filledAt = now();
  }

  /** Takes some of it; false, and nothing is taken, when there isn't enough. */
  take(amount: number): boolean {
    const now = this.now();
    this.left = Math.min(this.burst, this.left + ((now - this.filledAt) * this.perSecond) / 1000);
    this.filledAt = now;
    if (amount > this.left) return false;
    this.left -= amount;
    return true;
  }
}
