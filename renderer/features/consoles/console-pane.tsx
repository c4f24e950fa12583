import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { closePane, focusPane } from '@shared/consoles/layout-changes.js';
import type { Place } from '@shared/consoles/layout-places.js';
import { shownView, type ConsoleLayout, type ConsoleView, type Pane } from '@shared/consoles/layout.js';
import { popoutKey, type Popout } from '@shared/consoles/popout.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { changeLayout, chooseView } from '../../stores/layout-store.js';
import { usePopouts } from '../../stores/popout-store.js';
import { Button, IconButton } from '../../ui/button.js';
import { classNames } from '../../ui/class-names.js';
import { CloseIcon } from '../../ui/icons.js';
import { BroadcastMark, useIsBroadcast } from './broadcast-mark.js';
import { activeConsole, focusConsole } from './console-commands.js';
import { ConsoleProgress } from './console-progress.js';
import { ConsoleRemarks } from './console-remarks.js';
import type { ConsoleSession } from './console-session.js';
import { ConsoleTabs } from './console-tabs.js';
import { ConsoleTools } from './console-tools.js';
import { FindBar } from './find-bar.js';
import { useIsLogOpen } from './log-store.js';
import { LogView } from './log-view.js';
import { OtherLines } from './other-lines.js';
import { tabDrag } from './tab-drag.js';
import { TerminalView } from './terminal-view.js';
import { paneName } from './view-deeds.js';

/** What a pane takes. */
export interface ConsolePaneProps {
  vm: VmView;
  layout: ConsoleLayout;
  pane: Pane;
  /** Where it is in the area of the consoles. */
  place: Place;
  /** Whether it is the only one. */
  isAlone: boolean;
  sessions: ReadonlyMap<number, ConsoleSession>;
  /** The way to get lost consoles back. */
  restart: ReactNode;
}

/** A pane: tabs, and the console that is shown. */
export function ConsolePane({ vm, layout, pane, place, isAlone, sessions, restart }: ConsolePaneProps) {
  const popouts = usePopouts();
  const isFinding = useStore(activeConsole, (active) => active.isFinding);
  const view = shownView(pane);
  const session = view && sessions.get(view.id);
  const isFocused = layout.focused === pane.id;
  const isBroadcast = useIsBroadcast(vm.id, view?.console);
  const popoutOf = (each: ConsoleView): Popout => ({
    vmId: vm.id,
    console: each.console,
    viewId: each.id,
  });
  const isOut = (each: ConsoleView): boolean => popouts.has(popoutKey(popoutOf(each)));
  const isLog = useIsLogOpen(vm.id, view?.console ?? 'con0');
  if (!view || !session) return null;
  const name = paneName(vm, layout, pane.id);
  return (
    <div
      role="group"
      aria-label={name}
      data-pane={pane.id}
      className={classNames('pane', isFocused && !isAlone && 'on', isBroadcast && 'broadcasting')}
      style={{ left: place.x, top: place.y, width: place.width, height: place.height }}
      onFocusCapture={() => changeLayout(vm.id, (now) => focusPane(now, pane.id))}
    >
      <ConsoleTabs
        vm={vm}
        pane={pane}
        name={isAlone ? 'Consoles' : `Consoles in ${name}`}
        sessions={sessions}
        isLost={vm.adopted && isLive(vm.state)}
        isOut={isOut}
        onShow={(each, byPointer) => {
          chooseView(vm.id, each.id);
          if (byPointer) focusConsole();
        }}
        tools={
          <>
            <BroadcastMark vmId={vm.id} console={view.console} />
            {isFocused && <OtherLines vm={vm} />}
            {isFocused && <ConsoleTools vm={vm} session={session} isOut={isOut(view)} />}
            {!isAlone && (
              <IconButton
                label={isFocused ? 'Close split (Ctrl+Shift+W)' : 'Close split'}
                icon={<CloseIcon />}
                onClick={() => {
                  changeLayout(vm.id, (now) => closePane(now, pane.id));
                  focusConsole();
                }}
              />
            )}
          </>
        }
      />
      <div
        className="termwrap"
        id={`console-panel-${pane.id}`}
        role="tabpanel"
        aria-labelledby={`console-tab-${view.id}`}
      >
        {isOut(view) ? (
          <OwnWindow popout={popoutOf(view)} />
        ) : (
          <>
            {isFinding && isFocused && !isLog && <FindBar key={view.id} session={session} />}
            <ConsoleRemarks vm={vm} session={session} restart={restart} />
            {isLog ? (
              <LogView key={view.id} vm={vm} console={view.console} />
            ) : (
              <TerminalView session={session} />
            )}
            <ConsoleProgress session={session} />
          </>
        )}
        <DropHint paneId={pane.id} />
      </div>
    </div>
  );
}

/** In place of a console that has a window of its own. */
function OwnWindow({ popout }: { popout: Popout }) {
  return (
    <div className="ownwindow">
      <p>{popout.console} is in its own window.</p>
      <div className="row">
        <Button onClick={() => bridge.windows.bringBack(popout)}>Bring back</Button>
        <Button variant="quiet" onClick={() => bridge.windows.popOut(popout)}>
          Show it
        </Button>
      </div>
    </div>
  );
}

/** The part of a pane that a dragged tab would take. */
function DropHint({ paneId }: { paneId: number }) {
  const target = useStore(tabDrag, (drag) => drag.target);
  if (target?.paneId !== paneId) return null;
  return <div className={classNames('drophint', 'side' in target ? target.side : 'whole')} />;
}
