import { z } from 'zod';

/** A terminal's size in cells. */
export const viewSizeSchema = z.strictObject({
  cols: z.int().min(2).max(1000),
  rows: z.int().min(1).max(1000),
});
export type ViewSize = z.infer<typeof viewSizeSchema>;

/** What fits into all of several sizes; null when there is none. */
export function smallestSize(sizes: Iterable<ViewSize | null>): ViewSize | null {
  const all = [...sizes].filter((size) => size !== null);
  if (all.length === 0) return null;
  return {
    cols: Math.min(...all.map(({ cols }) => cols)),
    rows: Math.min(...all.map(({ rows }) => rows)),
  };
}
