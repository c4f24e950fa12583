import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { LogQuery } from '@shared/consoles/log-query.js';
import { describeError } from '@shared/errors/paddock-error.js';
import { Button, IconButton } from '../../ui/button.js';
import { ChevronDownIcon, ChevronUpIcon, SearchIcon } from '../../ui/icons.js';
import type { LogFound, LogSearch } from './log-search.js';

/** What the search field of a log takes. */
export interface LogSearchFieldProps {
  search: LogSearch;
  /** The keyboard goes back to the log. */
  onLeave: () => void;
}

/** Finds a text or a regular expression in the whole log. */
export function LogSearchField({ search, onLeave }: LogSearchFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const found = useStore(search.state);
  const { query, error } = found;
  const onQuery = (next: LogQuery): void => search.seek(next);
  const onStep = (by: 1 | -1): void => search.step(by);
  useEffect(() => field.current?.focus(), []);
  return (
    <search className="row logsearch" aria-label="Search the log">
      <label className="input">
        <SearchIcon size="s" />
        <input
          ref={field}
          aria-label="Search the whole log"
          placeholder="Search the whole log"
          value={query.text}
          maxLength={200}
          spellCheck={false}
          onChange={(event) => onQuery({ ...query, text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape') {
              if (query.text === '') onLeave();
              else onQuery({ ...query, text: '' });
            } else return;
            event.preventDefault();
          }}
        />
        <span className="matches num" role="status">
          {query.text === '' ? '' : countText(found)}
        </span>
      </label>
      <Button
        variant="quiet"
        className="icon mono"
        aria-label="Match case"
        aria-pressed={query.matchCase}
        onClick={() => onQuery({ ...query, matchCase: !query.matchCase })}
      >
        Aa
      </Button>
      <Button
        variant="quiet"
        className="icon mono"
        aria-label="Regular expression"
        aria-pressed={query.isRegex}
        onClick={() => onQuery({ ...query, isRegex: !query.isRegex })}
      >
        .*
      </Button>
      <IconButton label="Match above (Enter)" icon={<ChevronUpIcon />} onClick={() => onStep(1)} />
      <IconButton label="Match below (Shift+Enter)" icon={<ChevronDownIcon />} onClick={() => onStep(-1)} />
      {error && (
        <span className="xs bad logsearcherror" role="alert">
          {describeError(error).sentence}
        </span>
      )}
    </search>
  );
}

/** Counted from the top once the top is known. */
function countText({ hits, at, isDone, error }: LogFound): string {
  if (error || !hits) return '';
  const count = hits.length.toLocaleString('en');
  if (hits.length === 0) return isDone ? 'none' : 'looking…';
  if (!isDone) return `${count}, more above`;
  return `${(hits.length - at).toLocaleString('en')} of ${count}`;
}
