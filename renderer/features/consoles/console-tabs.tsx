import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { RESCUE_CONSOLE, type ConsoleName } from '@shared/consoles/console-name.js';
import { isDebugTool, isToolRunning, type DebugTool } from '@shared/debug/debug-tool.js';
import type { ConsoleView, Pane } from '@shared/consoles/layout.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { classNames } from '../../ui/class-names.js';
import { ContextMenu } from '../../ui/context-menu.js';
import { PopOutIcon } from '../../ui/icons.js';
import { moveInTabs } from '../../ui/tab-keys.js';
import type { ConsoleSession } from './console-session.js';
import { followTabDrag, tabDrag } from './tab-drag.js';
import { ViewMenu } from './view-menu.js';

/** What the tabs of a pane take. */
export interface ConsoleTabsProps {
  vm: VmView;
  pane: Pane;
  /** What a screen reader calls the row. */
  name: string;
  sessions: ReadonlyMap<number, ConsoleSession>;
  /** Whether con0 and the others were lost with the host that held them. */
  isLost: boolean;
  isOut: (view: ConsoleView) => boolean;
  onShow: (view: ConsoleView, byPointer: boolean) => void;
  tools: ReactNode;
}

/** A tab for each view of a pane; a blue dot where something came that nobody saw. */
export function ConsoleTabs({ vm, pane, name, sessions, isLost, isOut, onShow, tools }: ConsoleTabsProps) {
  const dragged = useStore(tabDrag, (drag) => drag.viewId);
  const target = useStore(tabDrag, (drag) => drag.target);
  const dropPlace = target?.paneId === pane.id && 'place' in target ? target.place : null;
  const others = pane.views.filter((view) => view.id !== dragged);
  return (
    <div className="ctabs">
      <div className="ctablist" role="tablist" aria-label={name} tabIndex={-1} onKeyDown={moveInTabs}>
        {pane.views.map((view) => {
          const session = sessions.get(view.id);
          if (!session) return null;
          const place = others.indexOf(view);
          return (
            <ConsoleTab
              key={view.id}
              vm={vm}
              view={view}
              paneId={pane.id}
              session={session}
              isShown={view.id === pane.shown}
              isLost={isLost && view.console !== RESCUE_CONSOLE && !isDebugTool(view.console)}
              isOut={isOut(view)}
              className={classNames(
                view.id === dragged && 'dragged',
                place >= 0 && place === dropPlace && 'dropbefore',
                place >= 0 && place === others.length - 1 && dropPlace === others.length && 'dropafter',
              )}
              onShow={(byPointer) => onShow(view, byPointer)}
            />
          );
        })}
      </div>
      <span className="ctools">{tools}</span>
    </div>
  );
}

interface ConsoleTabProps {
  vm: VmView;
  view: ConsoleView;
  paneId: number;
  session: ConsoleSession;
  isShown: boolean;
  isLost: boolean;
  isOut: boolean;
  className: string;
  onShow: (byPointer: boolean) => void;
}

function ConsoleTab({
  vm,
  view,
  paneId,
  session,
  isShown,
  isLost,
  isOut,
  className,
  onShow,
}: ConsoleTabProps) {
  const hasNew = useStore(session.view, (state) => state.hasNew) && !isShown && !isOut;
  const name = view.console;
  return (
    <ContextMenu
      isSmall={false}
      trigger={
        <button
          type="button"
          className={classNames('ctab in', isLost && 'lost', className)}
          role="tab"
          id={`console-tab-${view.id}`}
          data-view={view.id}
          aria-selected={isShown}
          aria-controls={isShown ? `console-panel-${paneId}` : undefined}
          tabIndex={isShown ? 0 : -1}
          onPointerDown={(event) => followTabDrag(event, vm.id, view.id)}
          onClick={(event) => onShow(event.detail > 0)}
        >
          <span className="mono">{name}</span>
          <span className="ter xs">
            {isOut ? 'in its own window' : isLost ? 'lost' : purpose(vm, view.console)}
          </span>
          {isOut && <PopOutIcon size="s" />}
          {hasNew && (
            <span className="new" title="New output">
              <span className="sr">new output</span>
            </span>
          )}
        </button>
      }
    >
      <ViewMenu vm={vm} viewId={view.id} />
    </ContextMenu>
  );
}

function purpose(vm: VmView, console: ConsoleName): string {
  if (isDebugTool(console)) return toolState(vm, console);
  if (console === RESCUE_CONSOLE) return 'the spare one';
  return console === 'con0' ? 'boot and login' : 'login';
}

/** What a debugging program does now, in a word. */
function toolState(vm: VmView, tool: DebugTool): string {
  if (!isToolRunning(vm, tool)) return 'ended';
  return tool === 'gdb' && vm.debug.isStopped ? 'holds it stopped' : 'attached';
}
