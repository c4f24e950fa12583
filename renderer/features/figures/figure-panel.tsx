import { useMemo, useState, type ReactNode } from 'react';
import { describeError } from '@shared/errors/paddock-error.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useNow } from '../../lib/use-now.js';
import { Empty } from '../../ui/empty.js';
import { Segmented } from '../../ui/segmented.js';
import { cpuGraph, diskGraph, memoryGraph, networkGraph } from './figure-lines.js';
import { GraphCard } from './graph-card.js';
import { timeMarks } from './time-marks.js';
import { gapMs, timeWindow, type FigureRange, type TimeWindow } from './time-window.js';
import { useFigureHistory, type FigureHistory } from './use-figure-history.js';
import '../../ui/page.css';
import './figures.css';

/** How often the window of time moves on. */
const TICK_MS = 1000;
/** A figure older than this is not the present one. */
const PRESENT_MS = 15_000;

/** CPU, memory, disk and network of a machine over time. `children`: what is said at the left of the ranges. */
export function FigurePanel({ vm, children }: { vm: VmView; children: ReactNode }) {
  const [range, setRange] = useState<FigureRange>('minutes');
  const live = isLive(vm.state);
  const now = useNow(TICK_MS);
  const stretch = timeWindow(range, now, {
    from: Date.parse(vm.runStartedAt ?? vm.createdAt),
    to: vm.lastEnd ? Date.parse(vm.lastEnd.at) : null,
  });
  const history = useFigureHistory(vm.id, stretch.span);
  return (
    <>
      {vm.runNumber > 0 && (
        <div className="row wrap figurehead">
          <span className="sec">{children}</span>
          <span className="end">
            <Segmented
              label="Time shown"
              value={range}
              choices={[
                { value: 'minutes', title: '5 min' },
                { value: 'hour', title: '1 hour' },
                { value: 'day', title: 'Day' },
                { value: 'run', title: live ? 'This run' : 'Last run' },
              ]}
              onChange={setRange}
            />
          </span>
        </div>
      )}
      <Graphs vm={vm} range={range} now={now} stretch={stretch} history={history} />
    </>
  );
}

interface GraphsProps {
  vm: VmView;
  range: FigureRange;
  now: number;
  stretch: TimeWindow;
  history: FigureHistory;
}

function Graphs({ vm, range, now, stretch: { span, from, to }, history }: GraphsProps) {
  const [pointedAt, setPointedAt] = useState<number | null>(null);
  const memory = useMemo(() => memoryGraph(vm.memoryMiB), [vm.memoryMiB]);
  const live = isLive(vm.state);
  const runFrom = range === 'run' && vm.runStartedAt ? Date.parse(vm.runStartedAt) : 0;
  const figures = useMemo(
    () => (history.figures ?? noFigures).filter(({ at }) => at >= runFrom),
    [history.figures, runFrom],
  );
  if (vm.runNumber === 0)
    return (
      <div className="card nofigures">
        <Empty title="It never ran">
          <p>Its CPU, memory and disk over time stand here once it is started.</p>
        </Empty>
      </div>
    );
  if (history.figures?.length === 0) {
    const why = history.error ? describeError(history.error).sentence : '';
    return (
      <div className="card nofigures">
        <Empty title="No figures yet">
          <p>
            {live
              ? 'They come within seconds.'
              : 'Nothing was measured of it lately. They come again when it runs.'}{' '}
            {why}
          </p>
        </Empty>
      </div>
    );
  }
  const newest = figures.at(-1);
  const common = {
    figures,
    from,
    to,
    gap: gapMs(span),
    marks: timeMarks(range, from, to, range !== 'run' || live),
    present: live && newest && now - newest.at < PRESENT_MS ? newest : null,
    pointedAt,
    onPoint: setPointedAt,
  };
  const hasNetwork = figures.some(({ inRate }) => inRate !== null);
  return (
    <div className="grid2">
      <GraphCard graph={cpuGraph} {...common} />
      <GraphCard graph={memory} {...common} />
      <GraphCard graph={diskGraph} {...common} />
      {hasNetwork ? (
        <GraphCard graph={networkGraph} {...common} />
      ) : (
        <section className="card graphcard" aria-label="Network">
          <header>
            <h3>Network</h3>
          </header>
          <div className="body ter">It has no network interface that can be seen from this computer.</div>
        </section>
      )}
    </div>
  );
}

const noFigures: NonNullable<FigureHistory['figures']> = [];
