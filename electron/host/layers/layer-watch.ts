import { watch, type FSWatcher } from 'node:fs';

/** A guest that writes all the time is looked at this often. */
const LOOK_MS = 1500;

/** Notices that a running machine writes to its layer, and asks for a look at it now and then. */
export class LayerWatch {
  private readonly watcher: FSWatcher | null;
  private timer: NodeJS.Timeout | null = null;

  constructor(path: string, look: () => void) {
    this.watcher = watchOrNull(path, () => {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        look();
      }, LOOK_MS);
    });
  }

  close(): void {
    this.watcher?.close();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

/** Without inotify watches left on this computer the sizes are those of the last start and stop; nothing else is lost. */
function watchOrNull(path: string, changed: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, changed);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
