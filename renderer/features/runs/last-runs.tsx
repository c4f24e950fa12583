import type { VmView } from '@shared/vms/vm-view.js';
import { useNow } from '../../lib/use-now.js';
import { visibleLine } from '../../lib/visible-text.js';
import { Button } from '../../ui/button.js';
import { runEndWords, runLength } from './run-words.js';
import { useRuns } from './use-runs.js';
import '../../ui/page.css';
import '../../ui/table.css';
import './runs.css';

/** So many runs stand on the Overview. */
const SHOWN = 4;

/** The newest runs of a machine: how each ended and how long it took. */
export function LastRuns({ vm, onAll }: { vm: VmView; onAll: () => void }) {
  const runs = useRuns(vm);
  const now = useNow(1000, vm.lastEnd === null);
  const newest = runs?.ok ? runs.value.runs.slice(0, SHOWN) : [];
  return (
    <section className="card" aria-label="Last runs">
      <header>
        <h3>Last runs</h3>
        <Button variant="quiet" className="end edge" onClick={onAll}>
          All runs
        </Button>
      </header>
      {newest.length === 0 ? (
        <p className="body ter">Each start is listed here, with the way it ended.</p>
      ) : (
        <table className="table lastruns">
          <tbody>
            {newest.map((run) => {
              const { text, isBad } = runEndWords(run);
              return (
                <tr key={run.number}>
                  <td className="r">{run.number}</td>
                  <td className={isBad ? 'ell bad' : 'ell'} title={visibleLine(text)}>
                    {visibleLine(text, 120)}
                  </td>
                  <td className="ter r">{runLength(run, now)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
