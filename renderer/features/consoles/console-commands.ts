import { createStore } from 'zustand/vanilla';
import { READ_FILE_MAX } from '@shared/api/bridge.js';
import { asksFirst, pasteText, type PasteText } from '@shared/consoles/paste-text.js';
import { decodeUtf8 } from '@shared/text-codec.js';
import { bridge } from '../../lib/bridge.js';
import { formatBytes } from '../../lib/format.js';
import { preferencesStore } from '../../stores/preferences-store.js';
import { broadcastStore, isBroadcastTo } from './broadcast.js';
import { ask } from './console-questions.js';
import type { ConsoleSession } from './console-session.js';

/** The console that commands go to, and what is laid over it. */
export const activeConsole = createStore<{
  session: ConsoleSession | null;
  isFinding: boolean;
}>(() => ({ session: null, isFinding: false }));

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
  // In a log, which is no terminal, the page has a selection of its own.
  const text = activeConsole.getState().session?.terminal.getSelection() ?? getSelection()?.toString() ?? '';
  if (text !== '') await bridge.clipboard.writeText(text);
}

/** Pastes the clipboard into the guest. */
export async function pasteIntoConsole(): Promise<void> {
  askToPaste(await bridge.clipboard.readText());
}

/** Pastes text, but asks first when it is large, holds more than can be seen, or would be run line by line. */
export function askToPaste(raw: string): void {
  const { session } = activeConsole.getState();
  const text = pasteText(raw);
  if (!session?.canType || (text.text === '' && text.removed === 0)) return;
  // The others of a broadcast get lines as if typed, whatever the program here asked for.
  const { targets } = broadcastStore.getState();
  const isBracketed =
    session.terminal.modes.bracketedPasteMode && !isBroadcastTo(targets, session.vmId, session.console);
  if (asksFirst(text, isBracketed, preferencesStore.getState().warnOfLines))
    ask({ kind: 'paste', paste: text, file: null });
  else paste(text);
}

/** Pastes text without asking. */
export function paste({ text }: PasteText): void {
  ask(null);
  activeConsole.getState().session?.terminal.paste(text);
  focusConsole();
}

/** Has a file chosen, then asks whether its text is pasted or, `slowly`, typed line by line. */
export async function pasteFile(how: 'paste' | 'slowly'): Promise<void> {
  const { session } = activeConsole.getState();
  if (!session?.canType) return;
  const file = await bridge.files.askWhatToRead();
  if (file === null) return;
  const { name } = file;
  if ('why' in file) return ask({ kind: 'file-refused', file: name, why: file.why });
  if ('tooLarge' in file)
    return ask({
      kind: 'file-refused',
      file: name,
      why: `It has ${formatBytes(file.tooLarge)}; up to ${formatBytes(READ_FILE_MAX)} can be typed into a console. A shared folder or a disk is the way for more.`,
    });
  // A NUL is in no text; this is a program or a picture.
  if (file.bytes.includes(0)) return ask({ kind: 'file-refused', file: name, why: 'It is not a text.' });
  const text = pasteText(decodeUtf8(file.bytes));
  ask(
    how === 'paste' ? { kind: 'paste', paste: text, file: name } : { kind: 'send', paste: text, file: name },
  );
}

/** Selects all text of the console. */
export function selectAllOfConsole(): void {
  activeConsole.getState().session?.terminal.selectAll();
}

/** Takes the text of the console away; the log keeps it, and it can be brought back. */
export function clearConsole(): void {
  activeConsole.getState().session?.clear();
  focusConsole();
}

/** Why a console can't be cleared now; null when it can. */
export function clearReason(): string | null {
  const { session } = activeConsole.getState();
  if (!session) return 'no console is shown';
  return session.terminal.buffer.active.type === 'alternate' ? 'a full-screen program is shown' : null;
}

/** Why nothing can be typed into the console now; null when it can. */
export function typingReason(): string | null {
  const { session } = activeConsole.getState();
  if (!session) return 'no console is shown';
  return session.canType ? null : 'the machine does not run';
}
