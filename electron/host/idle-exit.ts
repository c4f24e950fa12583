/** A host with nothing to do stays this long: a window that is closed and opened again finds it. */
const IDLE_MS = 15_000;

/** Ends a host that nobody uses: no client, no machine, no job. The next program that needs one starts one. */
export class IdleExit {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly isBusy: () => boolean,
    private readonly exit: () => void,
  ) {}

  /** Something changed: begin to wait, or stop waiting. */
  look(): void {
    if (this.isBusy()) {
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = null;
    } else {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        if (!this.isBusy()) this.exit();
      }, IDLE_MS);
    }
  }
}
