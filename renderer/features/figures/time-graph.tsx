import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { FigureLine } from './figure-lines.js';

/** What a graph over time takes. */
export interface TimeGraphProps {
  lines: readonly FigureLine[];
  /** Times in seconds, then a row for each line. */
  columns: [number[], ...(number | null)[][]];
  from: number;
  to: number;
  top: number;
  /** What it shows, for who can't see it. */
  label: string;
  /** The pointer is at this place of the columns, or (null) on none. */
  onPoint: (place: number | null) => void;
}

/** Graphs with the same key show the pointer at the same time. */
const SYNC_KEY = 'figures';

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** How strong the ground under the first line is: the look's 12 %. */
const GROUND = '1f';

/** Lines over time, on a canvas. The value and the scale stand beside it as text. */
export function TimeGraph({ lines, columns, from, to, top, label, onPoint }: TimeGraphProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const pointed = useRef(onPoint);
  const scale = useRef(top);
  useEffect(() => {
    pointed.current = onPoint;
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(optionsOf(element, lines, scale, pointed), [[], ...lines.map(() => [])], element);
    plot.current = made;
    const resized = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    resized.observe(element);
    // Colours are read when it is drawn: a change of theme only has to draw again.
    const themed = new MutationObserver(() => made.redraw(false));
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [lines]);

  useEffect(() => {
    scale.current = top;
    const made = plot.current;
    made?.batch(() => {
      made.setData(columns, false);
      made.setScale('x', { min: from / 1000, max: to / 1000 });
      made.setScale('y', { min: 0, max: top });
    });
  }, [columns, from, to, top]);

  return <div ref={place} className="timegraph" role="img" aria-label={label} />;
}

function optionsOf(
  element: HTMLElement,
  lines: readonly FigureLine[],
  scale: { readonly current: number },
  pointed: { readonly current: TimeGraphProps['onPoint'] },
): uPlot.Options {
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    // Half a line's width, so that a line along an edge is not cut.
    padding: [1, 0, 1, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: SYNC_KEY }, points: { size: 6 } },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [
      { show: false },
      {
        size: 0,
        gap: 0,
        splits: () => [0, scale.current / 2, scale.current],
        values: (_, splits) => splits.map(() => ''),
        ticks: { show: false },
        grid: { stroke: () => token('--g-grid'), width: 1 },
      },
    ],
    series: [
      {},
      ...lines.map(({ colour }, number) => ({
        stroke: () => token(colour),
        ...(number === 0 ? { fill: () => `${token(colour)}${GROUND}` } : {}),
        width: 1.5,
        // Between whole pixels, too: else a slow line is a stair.
        pxAlign: 0,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(made) => pointed.current(made.cursor.idx ?? null)] },
  };
}
