import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { RESCUE_CONSOLE } from '@shared/consoles/console-name.js';
import { placesOf, type Border } from '@shared/consoles/layout-places.js';
import { focusedPane, panesOf, viewsOf } from '@shared/consoles/layout.js';
import { popoutKey } from '@shared/consoles/popout.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { offerConsole, useLayout } from '../../stores/layout-store.js';
import { usePopouts } from '../../stores/popout-store.js';
import { activeConsole, focusConsole } from './console-commands.js';
import { ConsoleDialogs } from './console-dialogs.js';
import { ConsolePane } from './console-pane.js';
import { consoleSession, dropOtherSessions } from './console-sessions.js';
import { ConsoleStatus } from './console-status.js';
import { setLogPlace, useIsLogOpen } from './log-store.js';
import { NoTabs } from './other-lines.js';
import { PaneSplitter } from './pane-splitter.js';
import { useFollowing } from './use-following.js';
import '@xterm/xterm/css/xterm.css';
import './console.css';
import './console-places.css';

/** What the consoles of a machine take. */
export interface ConsoleAreaProps {
  vm: VmView;
  stateIcon: ReactNode;
  /** The way to get lost consoles back. */
  restart: ReactNode;
}

/** The consoles of a machine: panes with tabs and terminals, and the line under them. */
export function ConsoleArea({ vm, stateIcon, restart }: ConsoleAreaProps) {
  const layout = useLayout(vm);
  const popouts = usePopouts();
  const [room, setRoom] = useState<{ width: number; height: number } | null>(null);
  const { root } = layout;
  const sessions = useMemo(
    () => new Map(viewsOf({ root }).map((view) => [view.id, consoleSession(vm.id, view.console, view.id)])),
    [vm.id, root],
  );
  const panes = panesOf(layout);
  const { shown } = focusedPane(layout);
  const session = sessions.get(shown);
  const isOut = session
    ? popouts.has(popoutKey({ vmId: vm.id, console: session.console, viewId: shown }))
    : true;
  const inSight = isOut ? null : (session?.console ?? null);
  const isLog = useIsLogOpen(vm.id, inSight ?? 'con0');
  // What is done to the text of the console is done to its log while that is shown.
  const active = isOut || isLog ? null : (session ?? null);
  useEffect(() => {
    setLogPlace(inSight === null ? null : { vmId: vm.id, console: inSight });
    return () => setLogPlace(null);
  }, [vm.id, inSight]);
  const canRescue = vm.rescue?.state === 'ready';

  useFollowing(
    vm,
    // The one that is seen first, so that it is there first.
    useMemo(() => [...(session ? [session] : []), ...sessions.values()], [session, sessions]),
  );
  useEffect(() => dropOtherSessions(vm.id, new Set(sessions.keys())), [vm.id, sessions]);
  useEffect(() => {
    if (canRescue) offerConsole(vm.id, RESCUE_CONSOLE);
  }, [vm.id, canRescue]);
  const wasOut = useRef<number | null>(null);
  useEffect(() => {
    // What came back from a window of its own goes on where the keyboard is.
    if (active && wasOut.current === shown) focusConsole();
    wasOut.current = active ? null : shown;
  }, [active, shown]);
  useEffect(() => {
    activeConsole.setState({ session: active });
    return () => activeConsole.setState({ session: null, isFinding: false });
  }, [active]);
  const area = useCallback((element: HTMLDivElement) => {
    const measure = (): void => setRoom({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  if (!session) return <NoTabs vm={vm} />;
  const places = room && placesOf(layout, room);
  const numberOf = (ids: readonly number[]): string =>
    ids.map((id) => panes.findIndex((pane) => pane.id === id) + 1).join(', ');
  const borderName = ({ before, after }: Border): string =>
    `Border between panes ${numberOf(before)} and ${numberOf(after)}`;
  return (
    <>
      <div ref={area} className="panes" id="console-panel">
        {places &&
          panes.map((pane) => (
            <ConsolePane
              key={pane.id}
              vm={vm}
              layout={layout}
              pane={pane}
              place={places.panes.get(pane.id) ?? { x: 0, y: 0, width: 0, height: 0 }}
              isAlone={panes.length === 1}
              sessions={sessions}
              restart={restart}
            />
          ))}
        {places?.borders.map((border) => (
          <PaneSplitter
            key={`${border.splitId}-${border.part}`}
            vmId={vm.id}
            border={border}
            name={borderName(border)}
          />
        ))}
      </div>
      <ConsoleStatus
        vm={vm}
        session={session}
        stateIcon={stateIcon}
        isOut={isOut}
        isOneOfMany={panes.length > 1}
      />
      <ConsoleDialogs session={session} />
    </>
  );
}
