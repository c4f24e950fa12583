import { useEffect } from 'react';
import { Tooltip } from '@base-ui/react/tooltip';
import { useConnection } from '../stores/connection-store.js';
import { useHost } from '../stores/host-store.js';
import { selectMachine, useUi } from '../stores/ui-store.js';
import { classNames } from '../ui/class-names.js';
import { FLOATS_ID } from '../ui/tooltip.js';
import { ConnectionScreen } from './connection-screen.js';
import { Dialogs } from './dialogs.js';
import { MachineView } from './machine-view.js';
import { SideList } from './side-list.js';
import { StartPage } from './start-page.js';
import { TitleBar } from './title-bar.js';
import { useShortcuts } from './use-shortcuts.js';
import './shell.css';

/** The window. */
export function App() {
  const status = useConnection((connection) => connection.status);
  const isLoaded = useConnection(
    (connection) => connection.status === 'connected' || connection.status === 'lost',
  );
  const sideOpen = useUi((ui) => ui.sideOpen);
  useShortcuts();
  return (
    <Tooltip.Provider>
      <div className={classNames('app', sideOpen && 'side-open')}>
        <TitleBar />
        <SideList isLoaded={isLoaded} />
        <main className="main">
          {status === 'lost' && (
            <div className="lostbar" role="status">
              The connection to the Paddock host was lost. Machines go on running; connecting again…
            </div>
          )}
          {isLoaded ? <Place /> : <ConnectionScreen />}
          <div id={FLOATS_ID} />
        </main>
      </div>
      {isLoaded && <Dialogs />}
    </Tooltip.Provider>
  );
}

function Place() {
  const selectedId = useUi((ui) => ui.selectedVmId);
  const vm = useHost((state) => (selectedId === null ? undefined : state.vms[selectedId]));
  const isGone = selectedId !== null && !vm;
  useEffect(() => {
    if (isGone) selectMachine(null);
  }, [isGone]);
  return vm ? <MachineView vm={vm} /> : <StartPage />;
}
