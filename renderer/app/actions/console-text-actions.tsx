import {
  activeConsole,
  clearConsole,
  clearReason,
  pasteFile,
  selectAllOfConsole,
  typingReason,
} from '../../features/consoles/console-commands.js';
import { stopSlowSend, slowSend } from '../../features/consoles/slow-send.js';
import { CopyIcon, StopIcon, TerminalIcon, TrashIcon } from '../../ui/icons.js';
import type { ActionDefinition } from './action.js';

/** What can be done to the text of the console that is shown. */
export const consoleTextActions: readonly ActionDefinition[] = [
  {
    scope: 'everywhere',
    id: 'console-paste-file',
    icon: <CopyIcon />,
    words: 'upload type script',
    title: () => 'Paste from file into the console…',
    reason: typingReason,
    run: () => void pasteFile('paste'),
  },
  {
    scope: 'everywhere',
    id: 'console-send-file',
    icon: <CopyIcon />,
    words: 'upload type line by line script',
    title: () => 'Send a file’s text slowly to the console…',
    reason: typingReason,
    run: () => void pasteFile('slowly'),
  },
  {
    scope: 'everywhere',
    id: 'console-stop-sending',
    icon: <StopIcon />,
    words: 'cancel file',
    title: () => 'Stop sending the file',
    applies: () => slowSend.getState().sending !== null,
    run: stopSlowSend,
  },
  {
    scope: 'everywhere',
    id: 'console-select-all',
    icon: <TerminalIcon />,
    title: () => 'Select all text of the console',
    reason: () => (activeConsole.getState().session ? null : 'no console is shown'),
    run: selectAllOfConsole,
  },
  {
    scope: 'everywhere',
    id: 'console-clear',
    icon: <TrashIcon />,
    words: 'empty scrollback reset',
    title: () => 'Clear the console',
    reason: clearReason,
    run: clearConsole,
  },
  {
    scope: 'everywhere',
    id: 'console-undo-clear',
    icon: <TerminalIcon />,
    title: () => 'Bring back the cleared text',
    applies: () => activeConsole.getState().session?.view.getState().isCleared ?? false,
    run: () => void activeConsole.getState().session?.undoClear(),
  },
];
