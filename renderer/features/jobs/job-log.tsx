import { Fragment, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { bridge } from '../../lib/bridge.js';
import { plural } from '../../lib/format.js';
import { useWindowOfRows } from '../../lib/use-window-of-rows.js';
import { visibleLine } from '../../lib/visible-text.js';
import { IconButton } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { ChevronDownIcon, ChevronUpIcon, CloseIcon, SearchIcon } from '../../ui/icons.js';
import { findInLines, splitByHits } from './find-in-lines.js';
import type { JobLog as Log } from './use-job-log.js';
import './job-log.css';

/** As the host cuts them. */
const LINE_MAX = 2000;
const rowSizes = { rowToken: '--h-logline', headToken: '--h-logpad' };
/** So near to the end it counts as being there. */
const END_PX = 40;

/** The log of a job: plain text, followed while it grows unless somebody scrolled back, with find and copy. */
export function JobLog({ log, isGrowing }: { log: Log; isGrowing: boolean }) {
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [isFollowing, setIsFollowing] = useState(true);
  const [query, setQuery] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const { lines, first } = log;
  const seen = useWindowOfRows(list, lines.length, rowSizes);
  const hits = useMemo(() => findInLines(lines, query ?? ''), [lines, query]);
  const current = hits.length === 0 ? null : (hits[Math.min(at, hits.length - 1)] ?? null);

  const isFinding = query !== null;
  useLayoutEffect(() => {
    if (isFollowing) list.current?.scrollTo({ top: list.current.scrollHeight });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- every new line moves the end
  }, [lines.length, isFollowing]);
  useEffect(() => {
    if (isFinding) field.current?.focus();
  }, [isFinding]);

  const goTo = (hit: number): void => {
    if (hits.length === 0) return;
    const next = (hit + hits.length) % hits.length;
    setAt(next);
    setIsFollowing(false);
    const row = hits[next];
    if (row !== undefined) seen.reveal(row);
  };
  const closeFind = (): void => {
    setQuery(null);
    list.current?.focus();
  };
  const pressedInField = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') goTo(at + (event.shiftKey ? -1 : 1));
    else if (event.key === 'Escape') closeFind();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl+F means its own find, wherever in it the keyboard is
    <section
      className="joblog"
      aria-label="Log"
      onKeyDown={(event) => {
        if (event.ctrlKey && !event.shiftKey && event.code === 'KeyF') {
          setQuery((before) => before ?? '');
          event.preventDefault();
        }
      }}
    >
      <div className="joblogbar">
        <h2>Log</h2>
        <span className="ter num">{plural(first + lines.length, 'line')}</span>
        {query === null ? (
          <span className="end row">
            <IconButton
              label="Find in the log (Ctrl+F)"
              icon={<SearchIcon size="s" />}
              onClick={() => setQuery('')}
            />
            <CopyButton
              className="icon"
              aria-label="Copy the log"
              title="Copy the log"
              reason={lines.length === 0 ? 'It is empty.' : null}
              write={() =>
                bridge.clipboard.writeText(`${lines.map((line) => visibleLine(line, LINE_MAX)).join('\n')}\n`)
              }
            >
              {null}
            </CopyButton>
          </span>
        ) : (
          <span className="end row joblogfind" role="search">
            <label className="input">
              <SearchIcon size="s" />
              <input
                ref={field}
                aria-label="Find in the log"
                placeholder="Find"
                spellCheck={false}
                value={query}
                onChange={(event) => {
                  setQuery(event.target.value);
                  setAt(0);
                  const [hit] = findInLines(lines, event.target.value);
                  if (hit === undefined) return;
                  setIsFollowing(false);
                  seen.reveal(hit);
                }}
                onKeyDown={pressedInField}
              />
              <span className="xs ter num" role="status">
                {query === ''
                  ? ''
                  : hits.length === 0
                    ? 'none'
                    : `${Math.min(at, hits.length - 1) + 1} of ${hits.length}`}
              </span>
            </label>
            <IconButton
              label="Previous match (Shift+Enter)"
              icon={<ChevronUpIcon size="s" />}
              onClick={() => goTo(at - 1)}
            />
            <IconButton
              label="Next match (Enter)"
              icon={<ChevronDownIcon size="s" />}
              onClick={() => goTo(at + 1)}
            />
            <IconButton label="Close find (Esc)" icon={<CloseIcon size="s" />} onClick={closeFind} />
          </span>
        )}
      </div>
      {/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions -- it scrolls, by the keyboard too */}
      <div
        ref={list}
        className="jobloglines in"
        role="log"
        aria-label="Lines of the log"
        aria-live="off"
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setIsFollowing(scrollHeight - scrollTop - clientHeight < END_PX);
        }}
        onKeyDown={(event) => {
          if (event.key === 'End') setIsFollowing(true);
        }}
      >
        {first > 0 && <div className="joblogline ter">{plural(first, 'earlier line')} not kept</div>}
        {seen.above > 0 && <div style={{ height: seen.above }} role="presentation" />}
        {lines.slice(seen.first, seen.end).map((line, n) => (
          <div key={first + seen.first + n} className="joblogline">
            <Line text={visibleLine(line, LINE_MAX)} query={query ?? ''} isNow={seen.first + n === current} />
          </div>
        ))}
        {seen.below > 0 && <div style={{ height: seen.below }} role="presentation" />}
        {lines.length === 0 && (
          <p className="joblognone">
            {!log.isLoaded ? '' : isGrowing ? 'Nothing was printed yet.' : 'Its programs printed nothing.'}
          </p>
        )}
      </div>
      {/* oxlint-enable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      {!isFollowing && isGrowing && (
        <button type="button" className="joblogend" onClick={() => setIsFollowing(true)}>
          <ChevronDownIcon size="s" /> Follow the end
        </button>
      )}
    </section>
  );
}

function Line({ text, query, isNow }: { text: string; query: string; isNow: boolean }) {
  if (query === '') return text;
  return splitByHits(text, query).map((part, n) => (
    <Fragment key={n}>
      {part.isHit ? <mark className={isNow ? 'now' : undefined}>{part.text}</mark> : part.text}
    </Fragment>
  ));
}
