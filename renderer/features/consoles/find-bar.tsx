import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { IconButton } from '../../ui/button.js';
import { ChevronDownIcon, ChevronUpIcon, CloseIcon, SearchIcon } from '../../ui/icons.js';
import { endFind } from './console-commands.js';
import type { ConsoleSession } from './console-session.js';
import { findColours } from './terminal-theme.js';

/** Finds text in all runs of a console that are in its scrollback. */
export function FindBar({ session }: { session: ConsoleSession }) {
  const [text, setText] = useState(() => {
    const selected = session.terminal.getSelection();
    return selected.includes('\n') ? '' : selected;
  });
  const field = useRef<HTMLInputElement>(null);
  const { index, count } = useStore(session.view, (view) => view.find);

  useEffect(() => {
    field.current?.focus();
    session.showFinding(true);
    return () => session.showFinding(false);
  }, [session]);
  useEffect(() => {
    if (text === '') session.search.clearDecorations();
    // The newest match first: it is the one a person is near to.
    else session.search.findPrevious(text, { decorations: findColours(), incremental: true });
  }, [session, text]);

  const next = (): unknown => session.search.findNext(text, { decorations: findColours() });
  const previous = (): unknown => session.search.findPrevious(text, { decorations: findColours() });
  const keyed = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') endFind();
    else if (event.key === 'Enter' && text !== '') (event.shiftKey ? next : previous)();
    else return;
    event.preventDefault();
  };

  return (
    <search className="find" aria-label="Find in console">
      <label className="input">
        <SearchIcon size="s" />
        <input
          ref={field}
          aria-label="Find in console"
          value={text}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={keyed}
        />
        <span className="matches num" aria-live="polite">
          {text === '' ? '' : count === 0 ? 'none' : `${index + 1} of ${count}`}
        </span>
      </label>
      <IconButton label="Previous match" icon={<ChevronUpIcon />} onClick={previous} />
      <IconButton label="Next match" icon={<ChevronDownIcon />} onClick={next} />
      <IconButton label="Close find" icon={<CloseIcon />} onClick={endFind} />
    </search>
  );
}
