import { figureSpans, type Figure, type FigureSpan } from './figure.js';

/** The columns of a ring, and what becomes of several values that fall into one step. */
const columns = [
  // Rates: the mean, so that what flowed is the area under the line at every scale.
  ['cpu', 'mean'],
  ['readRate', 'mean'],
  ['writeRate', 'mean'],
  ['inRate', 'mean'],
  ['outRate', 'mean'],
  // Levels: the highest, because "did it ever get full?" is what one looks back for, and a mean hides it.
  ['memoryBytes', 'max'],
  ['guestUsedBytes', 'max'],
  ['layerBytes', 'max'],
  ['processes', 'max'],
] as const;

/**
 * The samples of one span. A place in the ring is a step of the clock, so that a pause of the machine leaves a gap and
 * moves nothing; several samples in one step become one.
 */
export class FigureRing {
  /** When each sample was taken; 0: never. Doubles, because milliseconds since 1970 don't fit into a float. */
  private readonly times: Float64Array;
  /** NaN stands for null. Floats are exact to 1 in 16 million, finer than any chart. */
  private readonly values: Float32Array;
  private newest = -1;
  /** Milliseconds that the newest sample stands for, so far. */
  private weight = 0;

  constructor(
    private readonly stepMs: number,
    private readonly samples: number,
  ) {
    this.times = new Float64Array(samples);
    this.values = new Float32Array(samples * columns.length);
  }

  /** Bytes of memory that it takes, full or empty. */
  get byteLength(): number {
    return this.times.byteLength + this.values.byteLength;
  }

  /** Takes a sample that stands for the last `ms`. One older than the newest is left out: the clock was set back. */
  add(figure: Figure, ms: number): void {
    const step = Math.floor(figure.at / this.stepMs);
    if (step < this.newest) return;
    const isNew = step > this.newest;
    const place = step % this.samples;
    this.weight = isNew ? ms : this.weight + ms;
    this.newest = step;
    this.times[place] = figure.at;
    columns.forEach(([name, how], column) => {
      const index = place * columns.length + column;
      const value = figure[name] ?? Number.NaN;
      const before = isNew ? Number.NaN : (this.values[index] ?? Number.NaN);
      this.values[index] = joined(before, value, how, ms / this.weight);
    });
  }

  /** What is kept, oldest first. */
  list(): Figure[] {
    const figures: Figure[] = [];
    for (let step = Math.max(0, this.newest - this.samples + 1); step <= this.newest; step += 1) {
      const place = step % this.samples;
      const at = this.times[place] ?? 0;
      if (Math.floor(at / this.stepMs) === step) figures.push(this.at(place, at));
    }
    return figures;
  }

  private at(place: number, at: number): Figure {
    const value = (name: (typeof columns)[number][0]): number | null => {
      const column = columns.findIndex(([other]) => other === name);
      const kept = this.values[place * columns.length + column] ?? Number.NaN;
      return Number.isNaN(kept) ? null : kept;
    };
    return {
      at,
      cpu: value('cpu') ?? 0,
      memoryBytes: value('memoryBytes') ?? 0,
      guestUsedBytes: value('guestUsedBytes'),
      readRate: value('readRate') ?? 0,
      writeRate: value('writeRate') ?? 0,
      layerBytes: value('layerBytes') ?? 0,
      inRate: value('inRate'),
      outRate: value('outRate'),
      processes: value('processes') ?? 0,
    };
  }
}

/** `share` is the newer value's part of the time that both stand for. An unknown value changes nothing. */
function joined(before: number, value: number, how: 'mean' | 'max', share: number): number {
  if (Number.isNaN(before)) return value;
  if (Number.isNaN(value)) return before;
  return how === 'max' ? Math.max(before, value) : before + (value - before) * share;
}

/** A machine's figures in all three spans: 59 KB, however long it runs. */
export class FigureHistory {
  private readonly rings: Readonly<Record<FigureSpan, FigureRing>> = {
    minutes: new FigureRing(figureSpans.minutes.stepMs, figureSpans.minutes.samples),
    hour: new FigureRing(figureSpans.hour.stepMs, figureSpans.hour.samples),
    day: new FigureRing(figureSpans.day.stepMs, figureSpans.day.samples),
  };

  get byteLength(): number {
    return Object.values(this.rings).reduce((sum, ring) => sum + ring.byteLength, 0);
  }

  /** Takes a sample that stands for the last `ms`. */
  add(figure: Figure, ms: number): void {
    for (const ring of Object.values(this.rings)) ring.add(figure, ms);
  }

  /** What is kept of a span, oldest first. */
  list(span: FigureSpan): Figure[] {
    return this.rings[span].list();
  }
}
