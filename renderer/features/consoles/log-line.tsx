import type { ReactNode } from 'react';
import { queryPattern, type LogQuery } from '@shared/consoles/log-query.js';
import type { ShownLine } from '@shared/consoles/logs.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { isOrderlyStop } from '@shared/diagnostics/stop-reason.js';
import { formatBetween, formatBytes, formatMoment } from '../../lib/format.js';
import { classNames } from '../../ui/class-names.js';
import type { DividerRow } from './log-rows.js';

/** Matches marked in one line; what else of it matches is in the log all the same. */
const MARKS_MAX = 50;

/** What a line of the log view takes. */
export interface LogLineProps {
  /** null while it is on its way. */
  shown: ShownLine | null;
  showsTimes: boolean;
  /** What is marked in it. */
  query: LogQuery | null;
  isGoal: boolean;
  isPicked: boolean;
}

/** A line of a log, with the time at which it came. */
export function LogLine({ shown, showsTimes, query, isGoal, isPicked }: LogLineProps) {
  return (
    <div
      className={classNames('logrow', isGoal && 'goal', isPicked && 'picked')}
      aria-current={isGoal || undefined}
    >
      {showsTimes && <time className="logtime num">{shown?.at == null ? '' : clock(shown.at)}</time>}
      <span className="logtext">{shown && (query ? marked(shown.text, query) : shown.text)}</span>
      {shown?.isCut && <span className="logcut">… the line goes on in the file</span>}
    </div>
  );
}

/** The line between two runs, as in the terminal. */
export function LogDivider({ ended, started }: Pick<DividerRow, 'ended' | 'started'>) {
  const isCrash = ended !== null && !isOrderlyStop(ended.end.reason);
  return (
    <div className={classNames('logrow rundiv logdivider', isCrash && 'err')} role="separator">
      {ended && (
        <>
          <b>
            Run {ended.run} {isCrash ? 'crashed' : 'stopped'}: {stopReasonText(ended.end.reason).short}
          </b>
          <span className="num">
            {formatMoment(ended.end.at)}, ran {formatBetween(ended.startedAt, ended.end.at)}
          </span>
        </>
      )}
      <i className="rule" />
      {started && (
        <>
          <b>Run {started.run} started</b>
          <span className="num">
            {formatMoment(started.startedAt)}, linux {started.kernelVersion}
          </span>
        </>
      )}
    </div>
  );
}

/** What stands where a part of a log is not kept. */
export function LogGap({ bytes }: { bytes: number }) {
  return (
    <div className="logrow rundiv logdivider" role="separator">
      <i className="rule" />
      <span>{formatBytes(bytes)} are not kept here: the log reached its limit, or the disk was full</span>
      <i className="rule" />
    </div>
  );
}

/** Time of day to the millisecond. */
function clock(at: number): string {
  const date = new Date(at);
  return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function marked(text: string, query: LogQuery): ReactNode {
  const made = queryPattern(query);
  if ('why' in made) return text;
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(new RegExp(made.pattern, `${made.pattern.flags}g`))) {
    if (match[0] === '' || parts.length > 2 * MARKS_MAX) break;
    parts.push(text.slice(from, match.index), <mark key={match.index}>{match[0]}</mark>);
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}
