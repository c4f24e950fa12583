import { useEffect } from 'react';
import {
  copyFromConsole,
  findInConsole,
  focusConsole,
  pasteIntoConsole,
} from '../features/consoles/console-commands.js';
import { focusMachines } from '../features/vms/machine-list.js';
import { hostStore } from '../stores/host-store.js';
import { stepConsoleText } from '../stores/preferences-store.js';
import { openDialog, showConsole, showSide, uiStore } from '../stores/ui-store.js';

/** Keys with Ctrl and Shift, which a console leaves to Paddock. By `code`, because Shift changes what is typed. */
const withCtrlShift: Readonly<Record<string, () => unknown>> = {
  KeyC: copyFromConsole,
  KeyV: pasteIntoConsole,
  KeyF: findInConsole,
  KeyM: goToMachines,
  KeyL: focusConsole,
  KeyN: newMachine,
  Equal: () => stepConsoleText(1),
  NumpadAdd: () => stepConsoleText(1),
  Minus: () => stepConsoleText(-1),
  NumpadSubtract: () => stepConsoleText(-1),
  Digit0: () => stepConsoleText(0),
  Numpad0: () => stepConsoleText(0),
  PageDown: () => stepConsole(1),
  PageUp: () => stepConsole(-1),
};

/** Listens for the keys that work everywhere in the window. */
export function useShortcuts(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (!event.ctrlKey || event.altKey || event.metaKey || uiStore.getState().dialog) return;
      const isInConsole = event.target instanceof Element && event.target.closest('.xterm') !== null;
      // Without Shift all keys in a console are the guest's.
      const deed = event.shiftKey
        ? withCtrlShift[event.code]
        : event.code === 'KeyN' && !isInConsole
          ? newMachine
          : undefined;
      if (!deed) return;
      event.preventDefault();
      event.stopPropagation();
      deed();
    };
    // A list that is laid over a narrow window goes away by Escape and by a click beside it.
    const escaped = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') showSide(false);
    };
    const clicked = (event: PointerEvent): void => {
      if (event.target instanceof Element && event.target.closest('.main')) showSide(false);
    };
    window.addEventListener('keydown', pressed, true);
    window.addEventListener('keydown', escaped);
    window.addEventListener('pointerdown', clicked);
    return () => {
      window.removeEventListener('keydown', pressed, true);
      window.removeEventListener('keydown', escaped);
      window.removeEventListener('pointerdown', clicked);
    };
  }, []);
}

function newMachine(): void {
  openDialog({ kind: 'new-machine', image: null });
}

function goToMachines(): void {
  showSide(true);
  focusMachines();
}

function stepConsole(step: 1 | -1): void {
  const { selectedVmId, consoleByVm } = uiStore.getState();
  const vm = selectedVmId === null ? undefined : hostStore.getState().state.vms[selectedVmId];
  if (!vm || vm.consoles === 0) return;
  showConsole(vm.id, ((consoleByVm[vm.id] ?? 0) + step + vm.consoles) % vm.consoles);
  focusConsole();
}
