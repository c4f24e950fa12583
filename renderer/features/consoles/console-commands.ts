import { createStore } from 'zustand/vanilla';
import { bridge } from '../../lib/bridge.js';
import type { ConsoleSession } from './console-session.js';

/** The console that commands go to, and what is laid over it. */
export const activeConsole = createStore<{
  session: ConsoleSession | null;
  isFinding: boolean;
  /** Text of several lines that waits for a yes. */
  pasting: string | null;
}>(() => ({ session: null, isFinding: false, pasting: null }));

/** Gives the console that is shown the keyboard, once what was just chosen is shown. */
export function focusConsole(): void {
  requestAnimationFrame(() => activeConsole.getState().session?.focus());
}

/** Opens the find bar. */
export function findInConsole(): void {
  if (activeConsole.getState().session) activeConsole.setState({ isFinding: true });
}

/** Closes the find bar and gives the keyboard back. */
export function endFind(): void {
  activeConsole.setState({ isFinding: false });
  focusConsole();
}

/** Puts the selected text on the clipboard. */
export async function copyFromConsole(): Promise<void> {
  const text = activeConsole.getState().session?.terminal.getSelection() ?? '';
  if (text !== '') await bridge.clipboard.writeText(text);
}

/** Pastes the clipboard into the guest. */
export async function pasteIntoConsole(): Promise<void> {
  askToPaste(await bridge.clipboard.readText());
}

/** Pastes text, but asks first when a guest would run its lines one by one. */
export function askToPaste(text: string): void {
  const { session } = activeConsole.getState();
  if (!session?.canType || text === '') return;
  const isRisky = /[\r\n]./s.test(text) && !session.terminal.modes.bracketedPasteMode;
  if (isRisky) activeConsole.setState({ pasting: text });
  else paste(text);
}

/** Pastes text without asking. */
export function paste(text: string): void {
  activeConsole.setState({ pasting: null });
  activeConsole.getState().session?.terminal.paste(text);
  focusConsole();
}
