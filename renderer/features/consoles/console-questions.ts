import { createStore } from 'zustand/vanilla';
import type { OpenableAddress } from '@shared/consoles/link-address.js';
import type { PasteText } from '@shared/consoles/paste-text.js';

/** What a person is asked before it is done. */
export type ConsoleQuestion =
  | { kind: 'paste'; paste: PasteText; /** The file it is from; null: the clipboard. */ file: string | null }
  | { kind: 'send'; paste: PasteText; file: string }
  | { kind: 'link'; address: OpenableAddress; /** As it stands in the console. */ text: string }
  | { kind: 'file-refused'; file: string; why: string };

/** The question that is put about a console, if any. */
export const consoleQuestion = createStore<{ question: ConsoleQuestion | null }>(() => ({ question: null }));

/** Puts a question in place of the one that is put. */
export function ask(question: ConsoleQuestion | null): void {
  consoleQuestion.setState({ question });
}
