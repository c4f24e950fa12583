import type { PaddockError } from '../errors/paddock-error.js';

/**
 * What the preload puts on `window.paddock`: a pipe of bytes to the host, and the few things that only the main
 * process can do. The contract itself is spoken by ApiClient in the window, so the bridge holds no logic.
 */
export interface PaddockBridge {
  /**
   * Connects to the host, starting one when none runs, and hangs up an earlier connection of this window.
   * `onClose` is called once for each connect: with an error when there never was a connection, else with null.
   */
  connect(onBytes: (bytes: Uint8Array) => void, onClose: (error: PaddockError | null) => void): void;
  /** Sends bytes to the host; dropped while not connected. */
  send(bytes: Uint8Array): void;
  clipboard: {
    readText(): Promise<string>;
    writeText(text: string): Promise<void>;
  };
  /** The buttons of the frameless window. */
  frame: {
    minimise(): void;
    toggleMaximise(): void;
    close(): void;
  };
  /** Facts that don't change while the window lives. */
  facts: {
    version: string;
    /** True when the renderer runs without Chromium's sandbox, which root needs. */
    sandboxOff: boolean;
  };
}
