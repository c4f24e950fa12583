import { isAllDone, closeBulk, useBulks, type Bulk, type BulkEntry } from '../../stores/bulk-store.js';
import { useHost } from '../../stores/host-store.js';
import { Button, IconButton } from '../../ui/button.js';
import { classNames } from '../../ui/class-names.js';
import { BadIcon, CloseIcon, LoadIcon, OkIcon, RestartIcon, WaitIcon } from '../../ui/icons.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import './bulk-results.css';

/** What is being done to many machines, and what became of it, for each; over the corner of what is shown. */
export function BulkResults({ onShow }: { onShow: (vmId: string) => void }) {
  const shown = useBulks().filter((bulk) => !bulk.isQuiet || countOf(bulk, 'failed') > 0);
  if (shown.length === 0) return null;
  return (
    <div className="bulkresults">
      {shown.map((bulk) => (
        <BulkResult key={bulk.number} bulk={bulk} onShow={onShow} />
      ))}
    </div>
  );
}

function BulkResult({ bulk, onShow }: { bulk: Bulk; onShow: (vmId: string) => void }) {
  const vms = useHost((state) => state.vms);
  const [done, failed] = [countOf(bulk, 'done'), countOf(bulk, 'failed')];
  const total = bulk.entries.length;
  const isOver = done + failed === total;
  const again = bulk.entries.flatMap(({ vm, progress }) =>
    progress.state === 'failed' ? (vms[vm.id] ?? []) : [],
  );
  return (
    <section className="bulkresult" aria-label={bulk.title}>
      <header>
        <span className={classNames('mark', failed > 0 ? 'err' : isOver ? 'ok' : 'now')} aria-hidden="true">
          {failed > 0 ? <BadIcon /> : isOver ? <OkIcon /> : <LoadIcon className="spin" />}
        </span>
        <h2 className="ell">{bulk.title}</h2>
        <span className="end">
          <IconButton label="Put away" icon={<CloseIcon size="s" />} onClick={() => closeBulk(bulk.number)} />
        </span>
      </header>
      {!isOver && <ProgressBar value={(done + failed) / total} label={bulk.title} />}
      <div className="row bulksum">
        {/* Told at its end, and when something fails: not at every machine. */}
        <span className="sr" role="status">
          {isOver || failed > 0 ? summary(total, done, failed) : ''}
        </span>
        <span className="xs sec" aria-hidden="true">
          {summary(total, done, failed)}
        </span>
        {isOver && again.length > 0 && (
          <Button
            className="end"
            icon={<RestartIcon />}
            onClick={() => {
              closeBulk(bulk.number);
              bulk.again(again);
            }}
          >
            Try again with {again.length === 1 ? '1' : `these ${again.length}`}
          </Button>
        )}
      </div>
      {!isAllDone(bulk) || total > 1 ? (
        <ul aria-label="Results">
          {failuresFirst(bulk.entries).map(({ vm, progress }) => (
            <li key={vm.id} className={progress.state}>
              <span className={classNames('mark', marks[progress.state].tone)} aria-hidden="true">
                {marks[progress.state].icon}
              </span>
              {vms[vm.id] ? (
                <button type="button" className="linkbtn ell" onClick={() => onShow(vm.id)}>
                  {vm.name}
                </button>
              ) : (
                <span className="ell">{vm.name}</span>
              )}
              <span className="sec xs says">{progress.text}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

const marks = {
  failed: { icon: <BadIcon />, tone: 'err', rank: 0 },
  going: { icon: <LoadIcon />, tone: 'now', rank: 1 },
  waiting: { icon: <WaitIcon />, tone: 'todo', rank: 2 },
  done: { icon: <OkIcon />, tone: 'ok', rank: 3 },
} as const;

function failuresFirst(entries: readonly BulkEntry[]): BulkEntry[] {
  return [...entries].sort((a, b) => marks[a.progress.state].rank - marks[b.progress.state].rank);
}

function countOf(bulk: Bulk, state: BulkEntry['progress']['state']): number {
  return bulk.entries.filter(({ progress }) => progress.state === state).length;
}

function summary(total: number, done: number, failed: number): string {
  const rest = total - done - failed;
  return [
    failed > 0 && `${failed} failed`,
    done > 0 && (done === total ? (total === 1 ? 'Done' : `All ${total} done`) : `${done} done`),
    rest > 0 && `${rest} to go`,
  ]
    .filter(Boolean)
    .join(', ');
}
