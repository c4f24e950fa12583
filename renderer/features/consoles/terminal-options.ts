import type { ITerminalOptions } from '@xterm/xterm';
import { preferencesStore } from '../../stores/preferences-store.js';
import { terminalFont, terminalTheme } from './terminal-theme.js';

/** Everything about a terminal that a person can set, as it is set now. */
export function terminalOptions(): ITerminalOptions {
  const preferences = preferencesStore.getState();
  return {
    scrollback: preferences.scrollback,
    cursorStyle: preferences.cursorStyle,
    cursorBlink: preferences.cursorBlink,
    screenReaderMode: preferences.screenReader,
    theme: terminalTheme(),
    ...terminalFont(preferences),
  };
}

/** Bytes of a usual line, and bounds of the history asked for: half a megabyte is parsed in 60 ms (facts/electron 8). */
const LINE_BYTES = 64;
const HISTORY = { min: 512 * 1024, max: 8 * 1024 * 1024 } as const;

/** History to ask for when a console is opened, by the lines that are kept. */
export function historyBytes(): number {
  const { scrollback } = preferencesStore.getState();
  return Math.min(HISTORY.max, Math.max(HISTORY.min, scrollback * LINE_BYTES));
}
