import { useEffect, useRef, useState, type Ref } from 'react';
import { operations, type OperationId } from '@shared/benchmarks/operation.js';
import type { Spread } from '@shared/benchmarks/statistics.js';
import { timesText, timeText } from '@shared/benchmarks/time-text.js';
import { logScale, type PlotGroup, type PlotRow } from './plot-rows.js';

/** What a plot takes. */
export interface BenchmarkPlotProps {
  operation: OperationId;
  groups: readonly PlotGroup[];
  /** Where and when it was measured, under the plot. */
  note: string;
  ref: Ref<SVGSVGElement>;
}

const ROW = 22;
const HEAD = 28;
const TOP = 34;
const BOTTOM = 44;
const NAME_WIDTH = 208;
const VALUE_WIDTH = 128;
/** More than a letter of the names takes on the average. */
const CHAR_WIDTH = 6.8;
const LEAST_WIDTH = 520;
const MARK = 4.5;

/** The figures of one operation on a scale of powers of ten, whole in itself, so that it can be saved as a picture. */
export function BenchmarkPlot({ operation, groups, note, ref }: BenchmarkPlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const [{ room, zoom }, setSize] = useState({ room: 760, zoom: 1 });
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const resized = new ResizeObserver(() => setSize({ room: element.clientWidth, zoom: textZoom() }));
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  // All in it grows with the text size of the app, as everything else does.
  const width = Math.max(LEAST_WIDTH, Math.floor(room / zoom));
  const scale = logScale(groups);
  const longest = Math.max(0, ...groups.flatMap(({ rows }) => rows.map(({ name }) => name.length)));
  const [left, right] = [Math.max(NAME_WIDTH, longest * CHAR_WIDTH), width - VALUE_WIDTH];
  const x = (ns: number): number => left + scale.at(ns) * (right - left);
  const lines: { y: number; group?: PlotGroup; row?: PlotRow }[] = [];
  let y = TOP;
  for (const group of groups) {
    lines.push({ y: y + HEAD - 9, group });
    y += HEAD;
    for (const row of group.rows) {
      lines.push({ y: y + ROW / 2, row });
      y += ROW;
    }
  }
  const height = y + BOTTOM;
  return (
    <div ref={place} className="benchplot">
      <svg
        ref={ref}
        xmlns="http://www.w3.org/2000/svg"
        width={width * zoom}
        height={height * zoom}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label(operation, groups)}
        fontFamily="var(--font-ui)"
        fontSize="12"
        fill="var(--fg)"
      >
        <text x="0" y="16" fontSize="13" fontWeight="620">
          {operations[operation].title}
        </text>
        {scale.ticks.map((ns) => (
          <g key={ns}>
            <line x1={x(ns)} x2={x(ns)} y1={TOP} y2={y + 4} stroke="var(--line)" />
            <text x={x(ns)} y={y + 18} fontSize="11" textAnchor="middle" fill="var(--fg-3)">
              {tickText(ns)}
            </text>
          </g>
        ))}
        {lines.map(({ y: at, group, row }) =>
          row ? (
            <g key={row.key}>
              <text x="8" y={at + 4} fill="var(--fg)">
                {row.name}
              </text>
              {row.other && <Whole x={x} y={at} figure={row.other} kind="before" />}
              <Whole x={x} y={at} figure={row.figure} kind={row.kind} />
              <text x={right + 60} y={at + 4} textAnchor="end" fontWeight="530">
                {timeText(row.figure.median)}
              </text>
              <text x={width} y={at + 4} fontSize="11" textAnchor="end" fill="var(--fg-3)">
                {row.times === null ? '' : timesText(row.times)}
              </text>
            </g>
          ) : (
            <text key={group?.title} x="0" y={at} fontSize="11" fontWeight="530" fill="var(--fg-3)">
              {group?.title}
            </text>
          ),
        )}
        <text x="0" y={height - 6} fontSize="11" fill="var(--fg-3)">
          {note}
        </text>
      </svg>
    </div>
  );
}

/** How much larger than usual the app's text is. */
const textZoom = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

const colours = { pinned: 'var(--g-1)', free: 'var(--g-1)', published: 'var(--fg-3)', before: 'var(--g-3)' };

/** A mark at the median, and a line as far as the starts lie apart. */
function Whole({
  x,
  y,
  figure,
  kind,
}: {
  x: (ns: number) => number;
  y: number;
  figure: Spread;
  kind: keyof typeof colours;
}) {
  const at = x(figure.median);
  const colour = colours[kind];
  return (
    <>
      <line x1={x(figure.low)} x2={x(figure.high)} y1={y} y2={y} stroke={colour} strokeWidth="2" />
      {kind === 'published' ? (
        <rect x={at - 3.5} y={y - 3.5} width="7" height="7" fill={colour} />
      ) : kind === 'before' ? (
        <path
          d={`M${at} ${y - 5}L${at + 5} ${y}L${at} ${y + 5}L${at - 5} ${y}Z`}
          fill="var(--bg)"
          stroke={colour}
          strokeWidth="1.5"
        />
      ) : (
        <circle
          cx={at}
          cy={y}
          r={MARK}
          fill={kind === 'pinned' ? colour : 'var(--bg)'}
          stroke={colour}
          strokeWidth="2"
        />
      )}
    </>
  );
}

const tickText = (ns: number): string => timeText(ns).replace(/\.0+ /, ' ');

function label(operation: OperationId, groups: readonly PlotGroup[]): string {
  const said = groups.map(
    ({ title, rows }) =>
      `${title}: ${rows.map(({ name, figure }) => `${name} ${timeText(figure.median)}`).join(', ')}`,
  );
  return `${operations[operation].title}. ${said.join('. ')}`;
}
