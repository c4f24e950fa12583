import { useStore } from 'zustand';
import type { ReactNode } from 'react';
import { isLive } from '@shared/vms/vm-state.js';
import { RESCUE_CONSOLE } from '@shared/consoles/console-name.js';
import { isDebugTool, isToolRunning } from '@shared/debug/debug-tool.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes, formatDuration } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import type { ConsoleSession } from './console-session.js';

/** How often running times are written anew. */
const TICK_MS = 1000;

/** What the line under a console takes. */
export interface ConsoleStatusProps {
  vm: VmView;
  session: ConsoleSession;
  stateIcon: ReactNode;
  /** Whether it has a window of its own, and its keys and size are there. */
  isOut?: boolean;
  /** Whether it is one of several that are seen, so that it must be named. */
  isOneOfMany?: boolean;
}

/** The line under a console: state, time running, pid, log, who gets the keys, and the size. */
export function ConsoleStatus({ vm, session, stateIcon, isOut, isOneOfMany }: ConsoleStatusProps) {
  const cols = useStore(session.view, (view) => view.cols);
  const rows = useStore(session.view, (view) => view.rows);
  return (
    <footer className="status">
      <span className="row">
        {stateIcon}
        <RunText vm={vm} />
      </span>
      {vm.pid !== null && <span className="num">pid {vm.pid}</span>}
      {vm.runNumber > 0 && <span className="hide-s num">Log on disk {formatBytes(vm.logBytes)}</span>}
      <span className="end">
        <span>
          {isOut ? (
            `The keys of ${session.console} go to its own window`
          ) : isDebugTool(session.console) ? (
            isToolRunning(vm, session.console) ? (
              `Keys go to ${session.console}, a program of this computer`
            ) : (
              `${session.console} has ended`
            )
          ) : isLive(vm.state) && vm.debug.isStopped ? (
            'gdb holds it stopped: keys wait'
          ) : isLive(vm.state) && vm.adopted && session.console !== RESCUE_CONSOLE ? (
            'This console was lost'
          ) : isLive(vm.state) ? (
            <>
              Keys go to {isOneOfMany ? session.console : 'the guest'}. <kbd>Ctrl Shift</kbd> stays with
              Paddock
              <span className="hide-m">
                , <kbd>Ctrl Shift M</kbd> leaves
              </span>
            </>
          ) : (
            'Read-only until it starts'
          )}
        </span>
        {cols > 0 && !isOut && (
          <span className="num hide-s">
            {cols} × {rows}
          </span>
        )}
      </span>
    </footer>
  );
}

function RunText({ vm }: { vm: VmView }) {
  const live = isLive(vm.state);
  const now = useNow(TICK_MS, live || vm.runNumber > 0);
  if (vm.runNumber === 0) return <>Never started</>;
  const since = live ? vm.runStartedAt : (vm.lastEnd?.at ?? vm.stateSince);
  const passed = since ? formatDuration(Math.floor((now - Date.parse(since)) / 1000) * 1000) : '';
  return (
    <span className="num">
      {live ? `Run ${vm.runNumber}, ${passed}` : `Run ${vm.runNumber} ended ${passed} ago`}
    </span>
  );
}
