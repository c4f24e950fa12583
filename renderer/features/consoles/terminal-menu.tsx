import { useState, type MouseEvent, type ReactElement } from 'react';
import { openableAddress } from '@shared/consoles/link-address.js';
import { bridge } from '../../lib/bridge.js';
import { preferencesStore } from '../../stores/preferences-store.js';
import { ContextMenu } from '../../ui/context-menu.js';
import { CopyIcon, SearchIcon, TerminalIcon, TrashIcon } from '../../ui/icons.js';
import { Keys } from '../../ui/keys.js';
import { MenuItem, MenuLine } from '../../ui/menu.js';
import {
  clearConsole,
  clearReason,
  copyFromConsole,
  findInConsole,
  pasteFile,
  pasteIntoConsole,
  selectAllOfConsole,
  typingReason,
} from './console-commands.js';
import type { ConsoleSession } from './console-session.js';

/** What there was under the pointer, and in the terminal, when its menu was asked for. */
interface Moment {
  link: string | null;
  hasSelection: boolean;
  cantType: string | null;
  cantClear: string | null;
}

/** The menu of a terminal, by the right button; or a paste, when a person prefers that. */
export function TerminalMenu({ session, children }: { session: ConsoleSession; children: ReactElement }) {
  const [moment, setMoment] = useState<Moment | null>(null);
  const asked = (event: MouseEvent): void => {
    const { terminal, links } = session;
    // A program that asked for the mouse gets the right button, too; with Shift it is the window's.
    const isGuests = terminal.modes.mouseTrackingMode !== 'none' && !event.shiftKey;
    const pastes = preferencesStore.getState().rightClick === 'paste' && !event.shiftKey;
    if (isGuests || pastes) {
      event.preventDefault();
      event.stopPropagation();
      if (!isGuests) void pasteIntoConsole();
      return;
    }
    setMoment({
      link: links.hovered,
      hasSelection: terminal.hasSelection(),
      cantType: typingReason(),
      cantClear: clearReason(),
    });
  };
  return (
    <ContextMenu
      trigger={
        <div className="termmenu" onContextMenuCapture={asked}>
          {children}
        </div>
      }
    >
      {moment?.link != null && (
        <>
          <MenuItem
            icon={<CopyIcon />}
            title="Copy address"
            onChoose={() => void copyAddress(moment.link ?? '')}
          />
          <MenuLine />
        </>
      )}
      <MenuItem
        icon={<CopyIcon />}
        title="Copy"
        reason={moment?.hasSelection ? null : 'nothing is selected'}
        keys={<Keys keys={['Ctrl', 'Shift', 'C']} />}
        onChoose={() => void copyFromConsole()}
      />
      <MenuItem
        icon={<CopyIcon />}
        title="Paste"
        reason={moment?.cantType}
        keys={<Keys keys={['Ctrl', 'Shift', 'V']} />}
        onChoose={() => void pasteIntoConsole()}
      />
      <MenuItem title="Paste from file…" reason={moment?.cantType} onChoose={() => void pasteFile('paste')} />
      <MenuItem
        title="Send a file’s text slowly…"
        reason={moment?.cantType}
        onChoose={() => void pasteFile('slowly')}
      />
      <MenuLine />
      <MenuItem icon={<TerminalIcon />} title="Select all" onChoose={selectAllOfConsole} />
      <MenuItem
        icon={<SearchIcon />}
        title="Find"
        keys={<Keys keys={['Ctrl', 'Shift', 'F']} />}
        onChoose={findInConsole}
      />
      <MenuItem icon={<TrashIcon />} title="Clear" reason={moment?.cantClear} onChoose={clearConsole} />
    </ContextMenu>
  );
}

/** As it would be opened: what looks alike is not the same. */
async function copyAddress(address: string): Promise<void> {
  await bridge.clipboard.writeText(openableAddress(address)?.href ?? address);
}
