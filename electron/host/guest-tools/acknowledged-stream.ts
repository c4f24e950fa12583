import { CONSOLE_CHUNK_BYTES, CONSOLE_WINDOW_BYTES } from '@shared/api/frames.js';

/** Bytes on their way to a client: no more than a window of them before it says that it handled some. */
export class AcknowledgedStream {
  private unacknowledged = 0;
  private goOn: (() => void) | null = null;

  constructor(private readonly sendOutput: (bytes: Uint8Array) => void) {}

  /** Sends at once; a promise says that the window is full, and resolves when more may come. */
  send(bytes: Uint8Array): Promise<void> | void {
    for (let at = 0; at < bytes.length; at += CONSOLE_CHUNK_BYTES)
      this.sendOutput(bytes.subarray(at, at + CONSOLE_CHUNK_BYTES));
    this.unacknowledged += bytes.length;
    if (this.unacknowledged >= CONSOLE_WINDOW_BYTES)
      return new Promise((resolve) => {
        this.goOn = resolve;
      });
  }

  /** The client handled so many bytes. */
  acknowledge(count: number): void {
    this.unacknowledged = Math.max(0, this.unacknowledged - count);
    if (this.unacknowledged >= CONSOLE_WINDOW_BYTES) return;
    this.goOn?.();
    this.goOn = null;
  }
}
