import type { VmId } from '@shared/vms/vm-id.js';
import { useRecentFigures } from '../../stores/figures-store.js';
import { Sparkline } from '../../ui/sparkline.js';
import { meanOf } from './cpu-use.js';

/** So many looks fill the line: half a minute in the foreground. */
const SHOWN = 30;
/** A line is busy when the machine had most of a CPU over so many looks. */
const BUSY_OVER = 5;
const BUSY = 0.8;
/** The least that the height of the line stands for: idle must look idle, and little work must be seen. */
const SCALE_MIN = 0.25;

/** The CPU of a running machine as a line at the right of its row; the page of the machine says it in numbers. */
export function CpuLine({ id }: { id: VmId }) {
  const values = useRecentFigures(id)
    .slice(-SHOWN)
    .map(({ cpu }) => cpu);
  const last = values.slice(-BUSY_OVER);
  const mean = meanOf(last);
  if (values.length === 0) return null;
  return (
    <span className="why row" aria-hidden="true" title={`${Math.round(mean * 100)} % of one CPU`}>
      <Sparkline
        values={values}
        max={Math.max(SCALE_MIN, ...values)}
        slots={SHOWN}
        isHot={last.length === BUSY_OVER && mean > BUSY}
      />
    </span>
  );
}
