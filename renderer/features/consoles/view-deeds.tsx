import type { ReactNode } from 'react';
import {
  closePane,
  closeView,
  duplicateView,
  isFull,
  mergePanes,
  moveView,
  nudgeView,
  splitFocused,
  splitOff,
} from '@shared/consoles/layout-changes.js';
import {
  focusedPane,
  isDuplicate,
  MOST_PANES,
  paneOfView,
  panesOf,
  shownView,
  viewsOf,
  type ConsoleLayout,
  type SplitWay,
} from '@shared/consoles/layout.js';
import { isDebugTool, isToolRunning, type DebugTool } from '@shared/debug/debug-tool.js';
import type { Popout } from '@shared/consoles/popout.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { letGo } from '../../stores/debug-store.js';
import { changeLayout, layoutOf } from '../../stores/layout-store.js';
import { isPoppedOut } from '../../stores/popout-store.js';
import { openDialog } from '../../stores/ui-store.js';
import {
  BroadcastIcon,
  CloseIcon,
  CopyIcon,
  ArrowIcon,
  MergeIcon,
  PanelIcon,
  PopOutIcon,
  SplitDownIcon,
  SplitRightIcon,
} from '../../ui/icons.js';
import { broadcastStore, stopBroadcast } from './broadcast.js';
import { focusConsole } from './console-commands.js';

/** What can be done with the place of a view. */
export type ViewDeedId =
  | 'split-right'
  | 'split-down'
  | 'duplicate'
  | 'pop-out'
  | 'show-window'
  | 'bring-back'
  | 'tab-left'
  | 'tab-right'
  | 'next-pane'
  | 'close-view'
  | 'one-pane'
  | 'let-go'
  | 'broadcast';

/** One of them, at a moment. */
export interface ViewDeed {
  title: string;
  icon: ReactNode;
  /** Why it can't be done now. */
  reason: string | null;
  run: () => void;
}

const ONE_PANE = 'there is only one pane';
const NO_ROOM = `there are ${MOST_PANES} panes already`;

/** What can be done with a view, by its tab's menu; with null: with the pane that has the keyboard, and the view it shows. */
export function viewDeeds(vm: VmView, tabViewId: number | null): Partial<Record<ViewDeedId, ViewDeed>> {
  const layout = layoutOf(vm);
  const focused = focusedPane(layout);
  const viewId = tabViewId ?? focused.shown;
  const pane = paneOfView(layout, viewId);
  const view = viewsOf(layout).find(({ id }) => id === viewId);
  if (!pane || !view) return {};
  const popout: Popout = { vmId: vm.id, console: view.console, viewId };
  const isOut = isPoppedOut(popout);
  const oneTab = pane.views.length === 1 ? 'it is the only tab of its pane' : null;
  const panes = panesOf(layout);
  const next = panes[(panes.indexOf(pane) + 1) % panes.length];
  const noPane = panes.length === 1 ? ONE_PANE : null;
  const change = (deed: (layout: ConsoleLayout) => ConsoleLayout) => (): void => {
    changeLayout(vm.id, deed);
    focusConsole();
  };
  const split = (way: SplitWay) =>
    change((now) => (tabViewId === null ? splitFocused(now, way) : splitOff(now, viewId, way)));
  return {
    'split-right': {
      title: 'Split right',
      icon: <SplitRightIcon />,
      reason: isFull(layout) ? NO_ROOM : null,
      run: split('right'),
    },
    'split-down': {
      title: 'Split down',
      icon: <SplitDownIcon />,
      reason: isFull(layout) ? NO_ROOM : null,
      run: split('down'),
    },
    duplicate: {
      title: `Show ${view.console} twice`,
      icon: <CopyIcon />,
      reason: isFull(layout) ? NO_ROOM : null,
      run: change((now) => duplicateView(now, viewId, 'right')),
    },
    ...(isOut
      ? {
          'show-window': {
            title: 'Show its window',
            icon: <PopOutIcon />,
            reason: null,
            run: () => bridge.windows.popOut(popout),
          },
          'bring-back': {
            title: `Bring ${view.console} back`,
            icon: <PanelIcon />,
            reason: null,
            run: () => bridge.windows.bringBack(popout),
          },
        }
      : {
          'pop-out': {
            title: 'Move to a new window',
            icon: <PopOutIcon />,
            reason: null,
            run: () => bridge.windows.popOut(popout),
          },
        }),
    'tab-left': {
      title: 'Move tab left',
      icon: <ArrowIcon className="flip" />,
      reason: oneTab,
      run: change((now) => nudgeView(now, viewId, -1)),
    },
    'tab-right': {
      title: 'Move tab right',
      icon: <ArrowIcon />,
      reason: oneTab,
      run: change((now) => nudgeView(now, viewId, 1)),
    },
    'next-pane': {
      title: 'Move tab to the next pane',
      icon: <PanelIcon />,
      reason: noPane,
      run: change((now) => (next ? moveView(now, viewId, next.id, Number.MAX_SAFE_INTEGER) : now)),
    },
    'close-view': isDuplicate(layout, viewId)
      ? {
          title: `Close this view of ${view.console}`,
          icon: <CloseIcon />,
          reason: null,
          run: () => {
            if (isOut) bridge.windows.bringBack(popout);
            change((now) => closeView(now, viewId))();
          },
        }
      : {
          title: 'Close split',
          icon: <CloseIcon />,
          reason: noPane,
          run: change((now) => closePane(now, pane.id)),
        },
    ...(isDebugTool(view.console) ? { 'let-go': letGoDeed(vm, view.console) } : {}),
    'one-pane': {
      title: 'Make all panes one',
      icon: <MergeIcon />,
      reason: noPane,
      run: change(mergePanes),
    },
    broadcast:
      broadcastStore.getState().targets.length > 0
        ? { title: 'Stop broadcasting', icon: <BroadcastIcon />, reason: null, run: stopBroadcast }
        : {
            title: 'Broadcast input…',
            icon: <BroadcastIcon />,
            reason: null,
            run: () => openDialog({ kind: 'broadcast', vmId: vm.id }),
          },
  };
}

function letGoDeed(vm: VmView, tool: DebugTool): ViewDeed {
  return {
    title: isToolRunning(vm, tool) ? `Detach ${tool} and close its tab` : `Close the tab of ${tool}`,
    icon: <CloseIcon />,
    reason: null,
    run: () => letGo(vm.id, tool),
  };
}

/** "Pane 1 of 2: con0 of web": what a screen reader calls a pane. */
export function paneName(vm: VmView, layout: ConsoleLayout, paneId: number): string {
  const panes = panesOf(layout);
  const place = panes.findIndex(({ id }) => id === paneId);
  const pane = panes[place];
  const what = `${(pane && shownView(pane)?.console) ?? 'nothing'} of ${vm.name}`;
  return panes.length === 1 ? what : `Pane ${place + 1} of ${panes.length}: ${what}`;
}
