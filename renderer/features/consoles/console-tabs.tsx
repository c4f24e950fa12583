import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { moveInTabs } from '../../ui/tab-keys.js';
import type { ConsoleSession } from './console-session.js';

/** What the tabs of a machine's consoles take. */
export interface ConsoleTabsProps {
  sessions: readonly ConsoleSession[];
  shown: number;
  onShow: (number: number, byPointer: boolean) => void;
  tools: ReactNode;
}

/** A tab for each console; a blue dot where something came that nobody saw. */
export function ConsoleTabs({ sessions, shown, onShow, tools }: ConsoleTabsProps) {
  return (
    <div className="ctabs">
      <div className="ctablist" role="tablist" aria-label="Consoles" tabIndex={-1} onKeyDown={moveInTabs}>
        {sessions.map((session) => (
          <ConsoleTab
            key={session.number}
            session={session}
            isShown={session.number === shown}
            onShow={(byPointer) => onShow(session.number, byPointer)}
          />
        ))}
      </div>
      <span className="ctools">{tools}</span>
    </div>
  );
}

function ConsoleTab({
  session,
  isShown,
  onShow,
}: {
  session: ConsoleSession;
  isShown: boolean;
  onShow: (byPointer: boolean) => void;
}) {
  const hasNew = useStore(session.view, (view) => view.hasNew) && !isShown;
  const name = `con${session.number}`;
  return (
    <button
      type="button"
      className="ctab in"
      role="tab"
      id={`console-tab-${name}`}
      aria-selected={isShown}
      aria-controls={isShown ? 'console-panel' : undefined}
      tabIndex={isShown ? 0 : -1}
      onClick={(event) => onShow(event.detail > 0)}
    >
      <span className="mono">{name}</span>
      <span className="ter xs">{session.number === 0 ? 'boot and login' : 'login'}</span>
      {hasNew && (
        <span className="new" title="New output">
          <span className="sr">new output</span>
        </span>
      )}
    </button>
  );
}
