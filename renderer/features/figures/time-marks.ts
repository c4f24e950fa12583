import type { FigureRange } from './time-window.js';

const PARTS = 4;
/** Below this, clock times a quarter apart need their seconds. */
const SECONDS_BELOW_MS = 12 * 60_000;

/** What stands under a graph: times of the clock at its quarters, or how long ago, where those would crawl along. */
export function timeMarks(range: FigureRange, from: number, to: number, isNow: boolean): string[] {
  const last = isNow ? 'now' : null;
  if (range === 'minutes') return ['5 min ago', '4 min', '3 min', '2 min', '1 min', 'now'];
  return Array.from({ length: PARTS + 1 }, (_, part) => {
    if (part === PARTS && last) return last;
    return new Date(from + ((to - from) * part) / PARTS).toLocaleTimeString('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      ...(to - from < SECONDS_BELOW_MS ? { second: '2-digit' } : {}),
    });
  });
}
