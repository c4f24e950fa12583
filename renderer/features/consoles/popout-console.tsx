import { useEffect, useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Popout } from '@shared/consoles/popout.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { classNames } from '../../ui/class-names.js';
import { useIsBroadcast } from './broadcast-mark.js';
import { activeConsole, focusConsole } from './console-commands.js';
import { ConsoleRemarks } from './console-remarks.js';
import { consoleSession } from './console-sessions.js';
import { ConsoleStatus } from './console-status.js';
import { FindBar } from './find-bar.js';
import { ConsoleDialogs } from './console-dialogs.js';
import { ConsoleProgress } from './console-progress.js';
import { setLogPlace, useIsLogOpen } from './log-store.js';
import { LogView } from './log-view.js';
import { TerminalView } from './terminal-view.js';
import { useFollowing } from './use-following.js';
import '@xterm/xterm/css/xterm.css';
import './console.css';
import './console-places.css';

/** What a console in a window of its own takes. */
export interface PopoutConsoleProps {
  vm: VmView;
  popout: Popout;
  stateIcon: ReactNode;
  /** The way to get lost consoles back. */
  restart: ReactNode;
}

/** A console in a window of its own: the terminal, or its whole log, and the line under it. */
export function PopoutConsole({ vm, popout, stateIcon, restart }: PopoutConsoleProps) {
  const isFinding = useStore(activeConsole, (active) => active.isFinding);
  const isBroadcast = useIsBroadcast(vm.id, popout.console);
  const isLog = useIsLogOpen(vm.id, popout.console);
  const session = consoleSession(vm.id, popout.console, popout.viewId);
  useFollowing(
    vm,
    useMemo(() => [session], [session]),
  );
  useEffect(() => {
    setLogPlace({ vmId: vm.id, console: popout.console });
    return () => setLogPlace(null);
  }, [vm.id, popout.console]);
  useEffect(() => {
    // What is done to the text of the console is done to its log while that is shown.
    activeConsole.setState({ session: isLog ? null : session });
    if (!isLog) focusConsole();
    return () => activeConsole.setState({ session: null, isFinding: false });
  }, [session, isLog]);
  return (
    <>
      <div className={classNames('popout', isBroadcast && 'broadcasting')}>
        <div
          className="termwrap"
          id="console-panel"
          role="group"
          aria-label={`${popout.console} of ${vm.name}`}
        >
          {isFinding && !isLog && <FindBar session={session} />}
          <ConsoleRemarks vm={vm} session={session} restart={restart} />
          {isLog ? <LogView vm={vm} console={popout.console} /> : <TerminalView session={session} />}
          <ConsoleProgress session={session} />
        </div>
      </div>
      <ConsoleStatus vm={vm} session={session} stateIcon={stateIcon} />
      <ConsoleDialogs session={session} />
    </>
  );
}
