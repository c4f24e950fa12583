/** So often within a minute something that ends by itself is begun again. */
const RESTARTS_MAX = 3;
const WINDOW_MS = 60_000;

/** Counts what ends by itself: what ends again and again is given up, what ends now and then is not. */
export class RestartLimit {
  private readonly ends = new Map<string, number[]>();

  /** Notes an end down; false when there were too many within a minute. `now`: ms of a clock that nobody sets. */
  mayBeginAgain(key: string, now = performance.now()): boolean {
    const recent = (this.ends.get(key) ?? []).filter((at) => now - at < WINDOW_MS);
    recent.push(now);
    this.ends.set(key, recent);
    return recent.length <= RESTARTS_MAX;
  }

  /** It was taken away: whatever is called so next begins with nothing. */
  forget(key: string): void {
    this.ends.delete(key);
  }
}
