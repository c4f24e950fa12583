import { smallestSize, type ViewSize } from '@shared/consoles/view-size.js';

/** What a viewer must know of the others. */
export interface Viewing {
  /** What the others leave it; null: they leave it all its room. */
  limit: ViewSize | null;
  /** Whether it is the one whose terminal answers what the guest asks: one question gets one answer. */
  answers: boolean;
}

/** One sight of a console, in whatever window. */
export interface Viewer {
  tell(viewing: Viewing): void;
}

/** Who looks at one console, and with how much room: the guest gets what fits into all of them, as with tmux. */
export class ConsoleViewers {
  /** In the order in which they came; null: not seen now, so it limits nobody. */
  private readonly rooms = new Map<Viewer, ViewSize | null>();
  private readonly told = new Map<Viewer, string>();
  private size = '';

  constructor(private readonly resize: (size: ViewSize) => void) {}

  /** A viewer came, or has another room. */
  set(viewer: Viewer, room: ViewSize | null): void {
    this.rooms.set(viewer, room);
    this.settle();
  }

  /** A viewer is gone. */
  leave(viewer: Viewer): void {
    this.told.delete(viewer);
    if (this.rooms.delete(viewer)) this.settle();
  }

  private settle(): void {
    const size = smallestSize(this.rooms.values());
    const text = JSON.stringify(size);
    // When nobody looks any more, the guest keeps the size it has.
    if (size && text !== this.size) {
      this.size = text;
      this.resize(size);
    }
    const all = [...this.rooms];
    const answerer = (all.find(([, room]) => room !== null) ?? all[0])?.[0];
    for (const [viewer] of all) {
      const others = all.flatMap(([other, room]) => (other === viewer ? [] : [room]));
      const viewing = { limit: smallestSize(others), answers: viewer === answerer };
      if (this.told.get(viewer) === JSON.stringify(viewing)) continue;
      this.told.set(viewer, JSON.stringify(viewing));
      viewer.tell(viewing);
    }
  }
}
