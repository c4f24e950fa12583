/** A node's place and size. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How a wire runs, and where words stand on it. */
export interface WirePath {
  /** For an SVG path. */
  path: string;
  near: readonly [number, number];
  middle: readonly [number, number];
  end: readonly [number, number];
}

type Point = readonly [number, number];

/** A wire between two nodes: from side to side where they stand beside each other, else from bottom to top, curved. */
export function wirePath(from: Box, to: Box): WirePath {
  const [a, b] = [centre(from), centre(to)];
  const overlapsY = from.y < to.y + to.height && to.y < from.y + from.height;
  if (overlapsY) {
    const rightwards = a[0] < b[0];
    const start: Point = [rightwards ? from.x + from.width : from.x, a[1]];
    const end: Point = [rightwards ? to.x : to.x + to.width, b[1]];
    return straight(start, end);
  }
  const downwards = a[1] < b[1];
  const start: Point = [a[0], downwards ? from.y + from.height : from.y];
  const end: Point = [b[0], downwards ? to.y : to.y + to.height];
  if (Math.abs(start[0] - end[0]) < 1) return straight(start, end);
  const bend = (end[1] - start[1]) / 2;
  const [c1, c2]: [Point, Point] = [
    [start[0], start[1] + bend],
    [end[0], end[1] - bend],
  ];
  const at = (t: number): Point => cubic(start, c1, c2, end, t);
  return {
    path: `M${start.join(' ')}C${c1.join(' ')} ${c2.join(' ')} ${end.join(' ')}`,
    near: at(0.25),
    middle: at(0.55),
    end: at(0.8),
  };
}

function straight(start: Point, end: Point): WirePath {
  const at = (t: number): Point => [start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t];
  return {
    path: `M${start.join(' ')}L${end.join(' ')}`,
    near: at(0.2),
    middle: at(0.5),
    end: at(0.8),
  };
}

function cubic(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const u = 1 - t;
  const of = (i: 0 | 1): number =>
    u * u * u * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t * t * t * d[i];
  return [of(0), of(1)];
}

const centre = ({ x, y, width, height }: Box): Point => [x + width / 2, y + height / 2];
