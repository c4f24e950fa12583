import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../../lib/format.js';
import { EventList } from './event-list.js';
import { useRunEvents } from './use-runs.js';
import '../../ui/page.css';

/** So many events stand on the Overview. */
const SHOWN = 30;

/** What happened in the present or last run of a machine. */
export function RunEvents({ vm }: { vm: VmView }) {
  const events = useRunEvents(vm.id, vm.runNumber, vm.eventCount);
  return (
    <section className="card eventcard" aria-label="Events">
      <header>
        <h3>Events</h3>
        {vm.runNumber > 0 && <span className="ter xs">of run {vm.runNumber}</span>}
        <span className="end xs ter hide-s">
          The guest adds one with <code className="hl">echo text &gt; /proc/mconsole</code>
        </span>
      </header>
      {vm.runNumber === 0 ? (
        <p className="body ter">Starts, stops, and what the guest says stand here.</p>
      ) : (
        <>
          <EventList events={events.slice(-SHOWN)} end={vm.lastEnd} />
          {events.length > SHOWN && (
            <p className="body ter">{plural(events.length - SHOWN, 'earlier event')} in Runs.</p>
          )}
        </>
      )}
    </section>
  );
}
