import { useEffect, useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useConnection } from '../../stores/connection-store.js';
import { stepConsoleText } from '../../stores/preferences-store.js';
import { showConsole, useUi } from '../../stores/ui-store.js';
import { Button, IconButton } from '../../ui/button.js';
import { ChevronDownIcon, SearchIcon, TypeSizeIcon } from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { activeConsole, endFind, findInConsole, focusConsole } from './console-commands.js';
import type { ConsoleSession } from './console-session.js';
import { consoleSession } from './console-sessions.js';
import { ConsoleStatus } from './console-status.js';
import { ConsoleTabs } from './console-tabs.js';
import { jumpToPanic } from './evidence.js';
import { FindBar } from './find-bar.js';
import { PasteDialog } from './paste-dialog.js';
import { TerminalView } from './terminal-view.js';
import '@xterm/xterm/css/xterm.css';
import './console.css';

/** What the consoles of a machine take. */
export interface ConsoleAreaProps {
  vm: VmView;
  stateIcon: ReactNode;
}

/** The consoles of a machine: tabs, the terminal, and the line under it. */
export function ConsoleArea({ vm, stateIcon }: ConsoleAreaProps) {
  const client = useConnection((connection) => connection.client);
  const wanted = useUi((ui) => ui.consoleByVm[vm.id] ?? 0);
  const shown = Math.min(wanted, Math.max(0, vm.consoles - 1));
  const sessions = useMemo(
    () => Array.from({ length: vm.consoles }, (_, number) => consoleSession(vm.id, number)),
    [vm.id, vm.consoles],
  );
  const isFinding = useStore(activeConsole, (active) => active.isFinding);
  const pasting = useStore(activeConsole, (active) => active.pasting);
  const session = sessions[shown];
  // The consoles of an adopted run ended with the host that started it: nothing can be typed there.
  const liveRun = isLive(vm.state) && !vm.adopted ? vm.runNumber : null;

  useEffect(() => {
    for (const each of sessions) each.follow(liveRun);
  }, [sessions, liveRun]);
  useEffect(() => {
    // The one that is seen first, so that it is there first.
    if (client) for (const each of [session, ...sessions]) void each?.attach(client);
  }, [sessions, session, client]);

  if (!session) return null;
  return (
    <>
      <ConsoleTabs
        sessions={sessions}
        shown={shown}
        onShow={(number, byPointer) => {
          showConsole(vm.id, number);
          if (byPointer) focusConsole();
        }}
        tools={<ConsoleTools vm={vm} session={session} />}
      />
      <div
        className="termwrap"
        id="console-panel"
        role="tabpanel"
        aria-labelledby={`console-tab-con${shown}`}
      >
        {isFinding && <FindBar key={session.number} session={session} />}
        <Remarks vm={vm} session={session} />
        <TerminalView session={session} />
      </div>
      <ConsoleStatus vm={vm} session={session} stateIcon={stateIcon} />
      {pasting !== null && <PasteDialog text={pasting} />}
    </>
  );
}

function ConsoleTools({ vm, session }: { vm: VmView; session: ConsoleSession }) {
  const isFinding = useStore(activeConsole, (active) => active.isFinding);
  const jump = (): void => {
    showConsole(vm.id, 0);
    jumpToPanic(consoleSession(vm.id, 0).terminal);
  };
  return (
    <>
      {vm.state === 'crashed' && session.number === 0 && (
        <Button
          variant="quiet"
          collapses
          icon={<ChevronDownIcon />}
          aria-label="Jump to panic"
          onClick={jump}
        >
          Jump to panic
        </Button>
      )}
      <IconButton
        label="Find (Ctrl+Shift+F)"
        icon={<SearchIcon />}
        aria-pressed={isFinding}
        onClick={isFinding ? endFind : findInConsole}
      />
      <Menu
        trigger={<Button variant="quiet" className="icon" aria-label="Text size" icon={<TypeSizeIcon />} />}
      >
        <MenuItem title="Larger text" text="Ctrl+Shift+Plus" onChoose={() => stepConsoleText(1)} />
        <MenuItem title="Smaller text" text="Ctrl+Shift+Minus" onChoose={() => stepConsoleText(-1)} />
        <MenuItem title="Usual text size" text="Ctrl+Shift+0" onChoose={() => stepConsoleText(0)} />
      </Menu>
    </>
  );
}

function Remarks({ vm, session }: { vm: VmView; session: ConsoleSession }) {
  const error = useStore(session.view, (view) => view.error);
  const isLost = vm.adopted && isLive(vm.state);
  if (!error && !isLost && vm.runNumber > 0) return null;
  return (
    <div className="termnotes">
      {error && <ErrorNote error={error} />}
      {isLost && (
        <Note level="warn">
          An earlier Paddock host started this run, and its consoles ended with that host. The machine itself
          runs on. Shut it down and start it again to get them back.
        </Note>
      )}
      {vm.runNumber === 0 && !error && <p className="ter">Its consoles begin here when it starts.</p>}
    </div>
  );
}
