import type { Popout } from '../consoles/popout.js';
import type { PaddockError } from '../errors/paddock-error.js';

/** Most bytes of a file that is read to be pasted or sent: some 15,000 lines. */
export const READ_FILE_MAX = 1024 * 1024;

/** Most bytes of a file that the window has written: a large picture. */
export const SAVE_FILE_MAX = 64 * 1024 * 1024;

/** What became of a file that was to be saved. */
export type SavedFile = { path: string } | { name: string; why: string };

/** A file that a person chose in a dialog. */
export type ReadFile =
  { name: string; bytes: Uint8Array } | { name: string; tooLarge: number } | { name: string; why: string };

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
  links: {
    /** Opens an address in the desktop's browser or mail program; false when it is none that may be opened. */
    open(address: string): Promise<boolean>;
  };
  files: {
    /** Asks in a dialog for a file and reads it, if it is not too large; null when nobody chose one. */
    askWhatToRead(): Promise<ReadFile | null>;
    /** Asks in a dialog for the path of a file or folder; null when nobody chose one. Nothing is read. */
    askForPath(kind: 'file' | 'folder'): Promise<string | null>;
    /** Asks in a dialog where a new file goes; null when nobody wants it. Nothing is written. */
    askWhereToSave(suggestedName: string): Promise<string | null>;
    /** Asks in a dialog where a new file goes and writes it; null when nobody wants it. */
    save(suggestedName: string, bytes: Uint8Array): Promise<SavedFile | null>;
  };
  /** The buttons of the frameless window. */
  frame: {
    minimise(): void;
    toggleMaximise(): void;
    close(): void;
  };
  /** The windows of the app: the main one, and those of consoles that were popped out. */
  windows: {
    /** Gives a view a window of its own, or shows the one it has. */
    popOut(popout: Popout): void;
    /** Closes the window of a view, and shows the main one. */
    bringBack(popout: Popout): void;
    /** Shows the main window, opening it when it was closed. */
    showMain(): void;
    /** Calls back with the views that have windows of their own: now, and whenever that changes. */
    watch(onChange: (popouts: readonly Popout[]) => void): void;
  };
  /** What Chromium says of WebGL on this computer: "enabled" when a real GPU draws it. */
  webglStatus(): Promise<string>;
  /** Facts that don't change while the window lives. */
  facts: {
    version: string;
    /** True when the renderer runs without Chromium's sandbox, which root needs. */
    sandboxOff: boolean;
  };
}
