import { createStore } from 'zustand/vanilla';

/** Chromium draws nothing beyond some 33 million px; a list that would be higher is scrolled in proportion. */
const HEIGHT_MAX = 8_000_000;

/** What of a long list of equal rows is in sight. */
interface LogScrollState {
  count: number;
  /** The first row in sight; a part of it may be above. */
  top: number;
  /** Height of the place and of a row in px. */
  boxPx: number;
  rowPx: number;
}

/** Scrolls a list of rows; while it shows the end it goes on showing it as rows are added. */
export class LogScroll {
  readonly state = createStore<LogScrollState>(() => ({ count: 0, top: 0, boxPx: 0, rowPx: 17 }));
  private isFollowing = true;
  private box: HTMLElement | null = null;
  /** The scroll position that was set from here, which is nobody's wish. */
  private expected = -1;

  /** Brings a row to the top, or as near to it as there are rows below. */
  to(row: number): void {
    const { topMax } = this;
    const top = Math.max(0, Math.min(row, topMax));
    this.isFollowing = top >= topMax - 0.01;
    this.state.setState({ top });
    this.place();
  }

  /** Goes on by rows. */
  by(rows: number): void {
    this.to(this.state.getState().top + rows);
  }

  /** Goes on by what fits. */
  byPage(pages: 1 | -1): void {
    const { boxPx, rowPx } = this.state.getState();
    this.by(pages * Math.max(1, Math.floor(boxPx / rowPx) - 1));
  }

  /** Goes to the end, and stays there. */
  toEnd(): void {
    this.to(Infinity);
  }

  setCount(count: number): void {
    this.state.setState({ count });
    this.settle();
  }

  setRowPx(rowPx: number): void {
    if (rowPx === this.state.getState().rowPx) return;
    this.state.setState({ rowPx });
    this.settle();
  }

  /** Scrolls in an element from now on; returns how to end that. */
  attach(box: HTMLElement): () => void {
    this.box = box;
    const measured = (): void => {
      this.state.setState({ boxPx: box.clientHeight });
      this.settle();
    };
    const observer = new ResizeObserver(measured);
    observer.observe(box);
    measured();
    const scrolled = (): void => {
      if (Math.abs(box.scrollTop - this.expected) < 1) return;
      this.expected = box.scrollTop;
      const room = this.height - this.state.getState().boxPx;
      const top = room <= 0 ? 0 : (box.scrollTop / room) * this.topMax;
      this.isFollowing = top >= this.topMax - 0.01;
      this.state.setState({ top: Math.min(top, this.topMax) });
    };
    // Where a pixel of the scroll bar is many rows, the wheel goes by rows.
    const wheeled = (event: WheelEvent): void => {
      if (!this.isScaled || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      this.by(event.deltaY / this.state.getState().rowPx);
    };
    box.addEventListener('scroll', scrolled, { passive: true });
    box.addEventListener('wheel', wheeled, { passive: false });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', scrolled);
      box.removeEventListener('wheel', wheeled);
      this.box = null;
    };
  }

  /** Height of everything in px, for the scroll bar. */
  get height(): number {
    const { count, boxPx, rowPx } = this.state.getState();
    return Math.max(boxPx, Math.min(count * rowPx, HEIGHT_MAX));
  }

  private get isScaled(): boolean {
    const { count, rowPx } = this.state.getState();
    return count * rowPx > HEIGHT_MAX;
  }

  private get topMax(): number {
    const { count, boxPx, rowPx } = this.state.getState();
    return Math.max(0, count - boxPx / rowPx);
  }

  private settle(): void {
    this.to(this.isFollowing ? Infinity : this.state.getState().top);
  }

  /** Moves the scroll bar to where the rows are; again when the page has its new height. */
  place(): void {
    const { box, topMax } = this;
    if (!box) return;
    const { top, boxPx } = this.state.getState();
    box.scrollTop = topMax === 0 ? 0 : (top / topMax) * (this.height - boxPx);
    this.expected = box.scrollTop;
  }
}
