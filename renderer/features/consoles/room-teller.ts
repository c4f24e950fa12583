import { smallestSize, type ViewSize } from '@shared/consoles/view-size.js';

/** A size is told once nothing has changed for so long: the guest redraws with every size it hears of. */
const SETTLE_MS = 120;

/** What of a terminal is changed here. */
export interface Resizable {
  readonly cols: number;
  readonly rows: number;
  resize(cols: number, rows: number): void;
}

/** Gives a terminal the size that its room and the other views of its console allow, and tells the host its room. */
export class RoomTeller {
  private room: ViewSize | null = null;
  private others: ViewSize | null = null;
  private told: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly terminal: Resizable,
    private readonly tell: (room: ViewSize | null) => void,
  ) {}

  /** True when another view keeps this one smaller than its room. */
  get isLimited(): boolean {
    const size = this.size;
    return size !== null && this.room !== null && (size.cols < this.room.cols || size.rows < this.room.rows);
  }

  /** It has another room, or none while it isn't seen. */
  set(room: ViewSize | null): void {
    const wasSeen = this.room !== null;
    this.room = room;
    this.apply();
    clearTimeout(this.timer);
    // Coming and going is told at once; while a border is dragged, only where it comes to rest.
    if (wasSeen && room !== null) this.timer = setTimeout(() => this.tellNow(), SETTLE_MS);
    else this.tellNow();
  }

  /** The other views leave so much of it. */
  limit(others: ViewSize | null): void {
    this.others = others;
    this.apply();
  }

  /** A new stream knows nothing yet; what the others leave, it will be told anew. */
  again(): void {
    this.told = null;
    clearTimeout(this.timer);
    this.tellNow();
  }

  private get size(): ViewSize | null {
    return this.room && smallestSize([this.room, this.others]);
  }

  private apply(): void {
    const { size, terminal } = this;
    if (size && (size.cols !== terminal.cols || size.rows !== terminal.rows))
      terminal.resize(size.cols, size.rows);
  }

  private tellNow(): void {
    const text = JSON.stringify(this.room);
    if (text === this.told) return;
    this.told = text;
    this.tell(this.room);
  }
}
