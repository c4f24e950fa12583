import type { RunEnd, RunEvent } from '@shared/vms/run.js';
import { formatMoment } from '../../lib/format.js';
import { classNames } from '../../ui/class-names.js';
import { eventWords } from './event-words.js';
import './runs.css';

/** What happened in a run, newest first. */
export function EventList({ events, end }: { events: readonly RunEvent[]; end: RunEnd | null }) {
  return (
    <ol className="events" aria-label="Events, newest first">
      {events.toReversed().map((event, place) => {
        const { what, why, quote, level } = eventWords(event, end);
        return (
          <li key={events.length - place} className={classNames(level !== 'plain' && level)}>
            <time className="num ter" dateTime={event.at}>
              {formatMoment(event.at)}
            </time>
            <span className="med">{what}</span>
            {quote === '' ? <span className="sec">{why}</span> : <span className="mono quote">{quote}</span>}
          </li>
        );
      })}
    </ol>
  );
}
