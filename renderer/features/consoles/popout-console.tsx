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

/** A console in a window of its own: the terminal and the line under it. */
export function PopoutConsole({ vm, popout, stateIcon, restart }: PopoutConsoleProps) {
  const isFinding = useStore(activeConsole, (active) => active.isFinding);
  const isBroadcast = useIsBroadcast(vm.id, popout.console);
  const session = consoleSession(vm.id, popout.console, popout.viewId);
  useFollowing(
    vm,
    useMemo(() => [session], [session]),
  );
  useEffect(() => {
    activeConsole.setState({ session });
    focusConsole();
    return () => activeConsole.setState({ session: null, isFinding: false });
  }, [session]);
  return (
    <>
      <div className={classNames('popout', isBroadcast && 'broadcasting')}>
        <div
          className="termwrap"
          id="console-panel"
          role="group"
          aria-label={`${popout.console} of ${vm.name}`}
        >
          {isFinding && <FindBar session={session} />}
          <ConsoleRemarks vm={vm} session={session} restart={restart} />
          <TerminalView session={session} />
          <ConsoleProgress session={session} />
        </div>
      </div>
      <ConsoleStatus vm={vm} session={session} stateIcon={stateIcon} />
      <ConsoleDialogs session={session} />
    </>
  );
}
