import { useEffect } from 'react';
import type { Popout } from '@shared/consoles/popout.js';
import {
  copyFromConsole,
  findInConsole,
  focusConsole,
  pasteIntoConsole,
} from '../features/consoles/console-commands.js';
import { toggleLog } from '../features/consoles/log-store.js';
import { stopBroadcast } from '../features/consoles/broadcast.js';
import { bridge } from '../lib/bridge.js';
import { stepConsoleText } from '../stores/preferences-store.js';

/** Keys, with Ctrl and Shift, of a console's own window: those of the main one, as far as they make sense here. */
export function usePopoutShortcuts(popout: Popout): void {
  useEffect(() => {
    const deeds: Readonly<Record<string, () => void>> = {
      KeyJ: () => bridge.windows.bringBack(popout),
      KeyM: () => bridge.windows.showMain(),
      KeyK: () => bridge.windows.showMain(),
      KeyG: focusConsole,
      KeyL: toggleLog,
      KeyF: findInConsole,
      KeyC: () => void copyFromConsole(),
      KeyV: () => void pasteIntoConsole(),
      KeyB: stopBroadcast,
      Equal: () => stepConsoleText(1),
      NumpadAdd: () => stepConsoleText(1),
      Minus: () => stepConsoleText(-1),
      NumpadSubtract: () => stepConsoleText(-1),
      Digit0: () => stepConsoleText(0),
      Numpad0: () => stepConsoleText(0),
    };
    const pressed = (event: KeyboardEvent): void => {
      const deed = deeds[event.code];
      if (!deed || !event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return;
      if (document.querySelector('[role=dialog]')) return;
      event.preventDefault();
      event.stopPropagation();
      deed();
    };
    window.addEventListener('keydown', pressed, true);
    return () => window.removeEventListener('keydown', pressed, true);
  }, [popout]);
}
