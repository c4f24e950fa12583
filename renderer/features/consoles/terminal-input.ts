import type { Terminal } from '@xterm/xterm';
import { Budget } from '@shared/consoles/budget.js';
import { encodeUtf8 } from '@shared/text-codec.js';

/** Where what a terminal sends goes. */
export interface TerminalInput {
  /** A person's keys, or what they pasted. */
  onTyped: (bytes: Uint8Array) => void;
  /** What the terminal says by itself: answers to the guest's questions, reports of mouse and focus. */
  onSaid: (bytes: Uint8Array) => void;
}

interface Insides {
  _core?: { coreService?: { onUserInput?: (listener: () => void) => unknown } };
}

/** Reports of the mouse: a person moved it, but did not type them. */
// oxlint-disable-next-line no-control-regex -- that is how they begin
const MOUSE = /^\x1b\[(?:<[\d;]+[Mm]|M[^]{3})$/;
/** Messages to the host for what the terminal says, at once and a second; a guest can ask 20,000 times in one piece. */
const SAID = { burst: 100, perSecond: 200 } as const;

/**
 * Tells what a person types from what the terminal says by itself. xterm does so only inside:
 * CoreService.triggerDataEvent fires onUserInput right before onData.
 */
export function listenToTerminal(terminal: Terminal, { onTyped, onSaid }: TerminalInput): void {
  const budget = new Budget(SAID.burst, SAID.perSecond, () => performance.now());
  let isUsers = false;
  (terminal as unknown as Insides)._core?.coreService?.onUserInput?.(() => (isUsers = true));
  const said = (bytes: Uint8Array): void => {
    if (budget.take(1)) onSaid(bytes);
  };
  terminal.onData((data) => {
    const isTyped = isUsers && !MOUSE.test(data);
    isUsers = false;
    (isTyped ? onTyped : said)(encodeUtf8(data));
  });
  // The old form of mouse reports, which is not UTF-8.
  terminal.onBinary((data) => said(Uint8Array.from(data, (letter) => letter.charCodeAt(0))));
}
