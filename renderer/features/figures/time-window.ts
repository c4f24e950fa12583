import { figurePaceMs, figureSpans, type Figure, type FigureSpan } from '@shared/figures/figure.js';

/** What a person chooses to look at. */
export type FigureRange = 'minutes' | 'hour' | 'day' | 'run';

/** The stretch of time that graphs show, and the history that covers it best. */
export interface TimeWindow {
  span: FigureSpan;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

const lengthMs = (span: FigureSpan): number => figureSpans[span].stepMs * figureSpans[span].samples;

/** A run shorter than this would be a few dots over the whole width. */
const RUN_MIN_MS = 60_000;

/** The window of a range. `run`: when the present or last run began, and when it ended (null: it goes on). */
export function timeWindow(
  range: FigureRange,
  now: number,
  run: { from: number; to: number | null },
): TimeWindow {
  if (range !== 'run') return { span: range, from: now - lengthMs(range), to: now };
  const to = run.to ?? now;
  const length = Math.max(RUN_MIN_MS, to - run.from);
  // What is older than a history's length is gone from it, so how long ago the run began decides.
  const age = now - run.from;
  const span = age <= lengthMs('minutes') ? 'minutes' : age <= lengthMs('hour') ? 'hour' : 'day';
  const from = Math.max(to - length, now - lengthMs(span));
  return { span, from: Math.min(from, to - RUN_MIN_MS), to };
}

/** How far apart two samples may be and still be joined: nobody may have looked for a while, then it is slower. */
export function gapMs(span: FigureSpan): number {
  return 2.5 * Math.max(figureSpans[span].stepMs, figurePaceMs.background);
}

/** Columns of a graph: times in seconds, then a row of values for each line; a null row stands in each gap. */
export function graphColumns(
  figures: readonly Figure[],
  gap: number,
  lines: readonly ((figure: Figure) => number | null)[],
): [number[], ...(number | null)[][]] {
  const times: number[] = [];
  const rows = lines.map((): (number | null)[] => []);
  let before = Infinity;
  for (const figure of figures) {
    if (figure.at - before > gap) {
      times.push((before + 1) / 1000);
      for (const row of rows) row.push(null);
    }
    times.push(figure.at / 1000);
    for (const [place, line] of lines.entries()) rows[place]?.push(line(figure));
    before = figure.at;
  }
  return [times, ...rows];
}

/** The top of a scale: the smallest of 1, 2, 2.5, 5 times a power of `base` at or above `value`, at least `least`. */
export function scaleTop(value: number, least: number): number {
  const wanted = Math.max(value, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((top) => top >= wanted * 0.999) ?? wanted;
}

/** As `scaleTop`, for sizes: `least` doubled as often as needed, which has a short name in KB and MB. */
export function byteScaleTop(bytes: number, least: number): number {
  let top = least;
  while (top < bytes) top *= 2;
  return top;
}
