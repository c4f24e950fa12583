import { useStore } from 'zustand';
import type { VmView } from '@shared/vms/vm-view.js';
import { stepConsoleText } from '../../stores/preferences-store.js';
import { Button, IconButton } from '../../ui/button.js';
import {
  ChevronDownIcon,
  LogIcon,
  PopOutIcon,
  SearchIcon,
  SplitRightIcon,
  TypeSizeIcon,
} from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { activeConsole, endFind, findInConsole } from './console-commands.js';
import type { ConsoleSession } from './console-session.js';
import { jumpToPanic } from './evidence.js';
import { toggleLog, useIsLogOpen } from './log-store.js';
import { viewDeeds } from './view-deeds.js';

/** What the tools of the focused pane take. */
export interface ConsoleToolsProps {
  vm: VmView;
  session: ConsoleSession;
  /** Whether the console has a window of its own, with its own tools. */
  isOut: boolean;
}

/** Tools for the console that has the keyboard. */
export function ConsoleTools({ vm, session, isOut }: ConsoleToolsProps) {
  const isLog = useIsLogOpen(vm.id, session.console);
  const isFinding = useStore(activeConsole, (active) => active.isFinding);
  const deed = (id: 'split-right' | 'pop-out') => viewDeeds(vm, null)[id];
  const split = (
    <IconButton
      className="roomy"
      label="Split right (Ctrl+Shift+E)"
      icon={<SplitRightIcon />}
      reason={deed('split-right')?.reason}
      onClick={() => deed('split-right')?.run()}
    />
  );
  if (isOut) return split;
  return (
    <>
      {vm.state === 'crashed' && session.console === 'con0' && (
        <Button
          variant="quiet"
          collapses
          icon={<ChevronDownIcon />}
          aria-label="Jump to panic"
          onClick={() => jumpToPanic(session.terminal)}
        >
          Jump to panic
        </Button>
      )}
      <Button
        variant="quiet"
        collapses
        icon={<LogIcon />}
        aria-label="Log"
        aria-pressed={isLog}
        title="The whole log, over all runs (Ctrl+Shift+L)"
        onClick={toggleLog}
      >
        Log
      </Button>
      <IconButton
        label="Find (Ctrl+Shift+F)"
        icon={<SearchIcon />}
        aria-pressed={isFinding}
        onClick={isFinding ? endFind : findInConsole}
      />
      {split}
      <IconButton
        className="roomy"
        label="Open in its own window (Ctrl+Shift+J)"
        icon={<PopOutIcon />}
        onClick={() => deed('pop-out')?.run()}
      />
      <Menu
        trigger={
          <Button variant="quiet" className="icon roomy" aria-label="Text size" icon={<TypeSizeIcon />} />
        }
      >
        <MenuItem title="Larger text" text="Ctrl+Shift+Plus" onChoose={() => stepConsoleText(1)} />
        <MenuItem title="Smaller text" text="Ctrl+Shift+Minus" onChoose={() => stepConsoleText(-1)} />
        <MenuItem title="Usual text size" text="Ctrl+Shift+0" onChoose={() => stepConsoleText(0)} />
      </Menu>
    </>
  );
}
