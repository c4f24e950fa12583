import { useEffect, useState } from 'react';
import type { CallInput } from '@shared/api/calls.js';
import type { Outcome } from '@shared/api/client.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { LogCursor, LogHit } from '@shared/consoles/logs.js';
import { plural } from '../../lib/format.js';
import { visibleLine } from '../../lib/visible-text.js';
import { callHost } from '../../stores/connection-store.js';
import { IconButton } from '../../ui/button.js';
import { CloseIcon, SearchIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';

/** More are not read by anybody; the rest is said. */
const HITS_MAX = 200;
/** A pause in typing. */
const PAUSE_MS = 200;

/** What the search over all runs takes. */
export interface RunSearchProps {
  vmId: VmId;
  sought: string;
  onSeek: (text: string) => void;
  onShow: (hit: LogHit) => void;
}

/** Finds a text in the console output of all kept runs; a hit leads to its console. */
export function RunSearch({ vmId, sought, onSeek, onShow }: RunSearchProps) {
  const found = useRunHits(vmId, sought.trim());
  return (
    <>
      <search className="runsearch">
        <label className="input">
          <SearchIcon size="s" />
          <input
            aria-label="Search all runs"
            placeholder="Search all runs"
            value={sought}
            spellCheck={false}
            maxLength={200}
            onChange={(event) => onSeek(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && onSeek('')}
          />
          {sought !== '' && (
            <IconButton label="End search" icon={<CloseIcon size="s" />} onClick={() => onSeek('')} />
          )}
        </label>
      </search>
      {found && !found.ok && (
        <div className="runnote">
          <ErrorNote error={found.error} />
        </div>
      )}
      {found?.ok && (
        <div className="runlist">
          <p className="runnote xs ter" role="status">
            {found.value.hits.length === 0
              ? 'No console output of any kept run has it.'
              : `${plural(found.value.hits.length, 'line')}${found.value.more ? ', and more' : ''}, newest first`}
          </p>
          <ul>
            {found.value.hits.map((hit) => (
              <li key={`${hit.run} ${hit.console} ${hit.offset}`}>
                <button type="button" className="hitrow in" onClick={() => onShow(hit)}>
                  <span className="xs ter num">
                    Run {hit.run}, {hit.console}, line {hit.line}
                  </span>
                  <span className="mono">{visibleLine(hit.text)}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** What was found, and whether there is, or may be, more. */
type Found = Outcome<{ hits: readonly LogHit[]; more: boolean }>;

function useRunHits(id: VmId, text: string): Found | null {
  const [found, setFound] = useState<Found | null>(null);
  useEffect(() => {
    if (text === '') return;
    let isShown = true;
    const timer = setTimeout(() => {
      void searchAll(id, text, (soFar) => {
        if (isShown) setFound(soFar);
        return isShown;
      });
    }, PAUSE_MS);
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
  }, [id, text]);
  // While the next answer is under way, the last one stays.
  return text === '' ? null : found;
}

/** Looks through all logs, the newest first, as long as it is wanted; tells what it has after each part. */
async function searchAll(id: VmId, text: string, tell: (found: Found) => boolean): Promise<void> {
  const hits: LogHit[] = [];
  const query = { text, isRegex: false, matchCase: false };
  for (let cursor: LogCursor | null = null; ;) {
    const limit = HITS_MAX - hits.length;
    const asked: CallInput<'logs.search'> = { id, console: null, run: null, query, cursor, limit };
    const outcome: Outcome<{ hits: LogHit[]; next: LogCursor | null }> = await callHost('logs.search', asked);
    if (!outcome.ok) return void tell(outcome);
    hits.push(...outcome.value.hits);
    cursor = outcome.value.next;
    const isOver = cursor === null || hits.length >= HITS_MAX;
    if (hits.length === 0 && !isOver) continue;
    if (!tell({ ok: true, value: { hits: [...hits], more: cursor !== null } }) || isOver) return;
  }
}
