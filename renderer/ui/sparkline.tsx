import './sparkline.css';

/** Size of the drawing; it is scaled with the text. */
const WIDTH = 48;
const HEIGHT = 16;
/** Room for the line's own width. */
const EDGE = 2;

/** What a sparkline takes. */
export interface SparklineProps {
  /** Oldest first; null is a gap. */
  values: readonly (number | null)[];
  /** Top of the scale; larger values stay at it. */
  max: number;
  /** How many values fill its width: fewer stand at the right. */
  slots: number;
  /** Marks it as worth a look. */
  isHot?: boolean | undefined;
}

/** A line as small as a word. Decoration: whoever draws it says the value in words, too. */
export function Sparkline({ values, max, slots, isHot }: SparklineProps) {
  return (
    <svg
      className={isHot ? 'spark hot' : 'spark'}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
      preserveAspectRatio="none"
    >
      <path d={sparkPath(values, max, slots)} />
    </svg>
  );
}

/** The path of a line through the values. */
export function sparkPath(values: readonly (number | null)[], max: number, slots: number): string {
  const step = WIDTH / Math.max(1, slots - 1);
  const shown = values.slice(-slots);
  const left = WIDTH - (shown.length - 1) * step;
  let pen = 'M';
  let path = '';
  for (const [place, value] of shown.entries()) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    const height = Math.min(1, Math.max(0, value / max)) * (HEIGHT - 2 * EDGE);
    path += `${pen}${round(left + place * step)} ${round(HEIGHT - EDGE - height)}`;
    pen = 'L';
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
