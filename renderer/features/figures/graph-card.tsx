import { useMemo } from 'react';
import type { Figure } from '@shared/figures/figure.js';
import { formatMoment } from '../../lib/format.js';
import type { FigureGraph } from './figure-lines.js';
import { TimeGraph } from './time-graph.js';
import { graphColumns } from './time-window.js';

/** What a card with a graph takes. */
export interface GraphCardProps {
  graph: FigureGraph;
  figures: readonly Figure[];
  from: number;
  to: number;
  gap: number;
  /** Marks under the graph, evenly apart, the first at its left edge. */
  marks: readonly string[];
  /** The newest figure while it runs. */
  present: Figure | null;
  /** Milliseconds since 1970 that the pointer is at. */
  pointedAt: number | null;
  onPoint: (at: number | null) => void;
}

/** A graph with its present value, or the one under the pointer, and its scale as text. */
export function GraphCard(props: GraphCardProps) {
  const { graph, figures, from, to, gap, marks, present, pointedAt, onPoint } = props;
  const columns = useMemo(
    () =>
      graphColumns(
        figures,
        gap,
        graph.lines.map(({ value }) => value),
      ),
    [graph, figures, gap],
  );
  const [times, ...rows] = columns;
  const inSight = rows.flatMap((row) =>
    row.filter((value, place) => value !== null && (times[place] ?? 0) * 1000 >= from),
  );
  const top = graph.top(inSight.reduce<number>((max, value) => Math.max(max, value ?? 0), 0));
  const pointed = pointedAt === null ? null : (figures.find(({ at }) => at === pointedAt) ?? null);
  const shown = pointed ?? present;
  const said = shown ? `${graph.big(shown)} ${graph.small(shown)}` : 'It does not run now.';
  return (
    <section className="card graphcard" aria-label={graph.title}>
      <header>
        <h3>{graph.title}</h3>
        <span className="end legend">
          {graph.lines.map((line, number) =>
            rows[number]?.some((value) => value !== null) ? (
              <span key={line.name}>
                <i style={{ background: `var(${line.colour})` }} />
                {line.name}
              </span>
            ) : null,
          )}
        </span>
      </header>
      <div className="body">
        <div className="graphhead">
          <span className="big">{shown ? graph.big(shown) : '–'}</span>
          <span className="ter xs ell" title={shown ? graph.small(shown) : undefined}>
            {pointed && <b className="num">{formatMoment(new Date(pointed.at).toISOString())} </b>}
            {shown ? graph.small(shown) : 'It does not run now.'}
          </span>
          <span className="end xxs ter num" title="Top of the scale">
            {graph.scale(top)}
          </span>
        </div>
        <TimeGraph
          lines={graph.lines}
          columns={columns}
          from={from}
          to={to}
          top={top}
          label={`${graph.title} from ${marks[0] ?? ''} to ${marks.at(-1) ?? ''}: ${said}. Scale up to ${graph.scale(top)}.`}
          onPoint={(place) => onPoint(place === null ? null : Math.round((times[place] ?? 0) * 1000))}
        />
        <div className="axis" aria-hidden="true">
          {marks.map((mark) => (
            <span key={mark}>{mark}</span>
          ))}
        </div>
      </div>
    </section>
  );
}
