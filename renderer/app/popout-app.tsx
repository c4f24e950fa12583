import { useEffect } from 'react';
import { Tooltip } from '@base-ui/react/tooltip';
import type { Popout } from '@shared/consoles/popout.js';
import { consolesOf } from '../stores/layout-store.js';
import { BroadcastMark } from '../features/consoles/broadcast-mark.js';
import { PopoutConsole } from '../features/consoles/popout-console.js';
import { StateIcon } from '../features/vms/state-icon.js';
import { rowReason } from '../features/vms/machine-words.js';
import { RestartButton } from '../features/vms/restart-button.js';
import { useMachineAction } from '../features/vms/use-machine-action.js';
import { focusConsole } from '../features/consoles/console-commands.js';
import { toggleLog, useIsLogOpen } from '../features/consoles/log-store.js';
import { bridge } from '../lib/bridge.js';
import { useConnection } from '../stores/connection-store.js';
import { hostStore, useHost } from '../stores/host-store.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useStore } from 'zustand';
import { Button } from '../ui/button.js';
import { LogIcon, PanelIcon } from '../ui/icons.js';
import { FLOATS_ID } from '../ui/tooltip.js';
import { ConnectionScreen } from './connection-screen.js';
import { usePopoutShortcuts } from './use-popout-shortcuts.js';
import { WindowButtons } from './window-buttons.js';
import './shell.css';
import './popout.css';

/** The window of one console: a bar with its machine, the console, and its line. */
export function PopoutApp({ popout }: { popout: Popout }) {
  const status = useConnection((connection) => connection.status);
  const isLoaded = useStore(hostStore, ({ loaded }) => loaded);
  const vm = useHost((state) => state.vms[popout.vmId]);
  const isLog = useIsLogOpen(popout.vmId, popout.console);
  const isGone = isLoaded && (!vm || !consolesOf(vm).includes(popout.console));
  usePopoutShortcuts(popout);
  useEffect(() => {
    // Its machine was deleted, or the line leads elsewhere now.
    if (isGone) bridge.frame.close();
  }, [isGone]);
  useEffect(() => {
    document.title = vm ? `${vm.name} ${popout.console}` : 'Paddock';
  }, [vm, popout.console]);
  return (
    <Tooltip.Provider>
      <div className="popoutapp">
        <header className="popoutbar">
          {vm && <StateIcon state={vm.state} />}
          <h1 className="ell">{vm?.name ?? ''}</h1>
          <span className="mono xs">{popout.console}</span>
          {vm && <span className="ter xs ell">{rowReason(vm)?.text ?? vm.state}</span>}
          <span className="end row">
            <BroadcastMark vmId={popout.vmId} console={popout.console} />
            <Button
              variant="quiet"
              icon={<LogIcon />}
              aria-pressed={isLog}
              title="The whole log, over all runs (Ctrl+Shift+L)"
              onClick={toggleLog}
            >
              Log
            </Button>
            <Button
              variant="quiet"
              icon={<PanelIcon />}
              title="Ctrl+Shift+J"
              onClick={() => bridge.windows.bringBack(popout)}
            >
              Bring back
            </Button>
            <WindowButtons closeName="Close; the console goes back to the main window" />
          </span>
        </header>
        <main className="main">
          {status === 'lost' && (
            <div className="lostbar" role="status">
              The connection to the Paddock host was lost. Machines go on running; connecting again…
            </div>
          )}
          {!isLoaded && <ConnectionScreen />}
          {vm && !isGone && <Place vm={vm} popout={popout} />}
          <div id={FLOATS_ID} />
        </main>
      </div>
    </Tooltip.Provider>
  );
}

function Place({ vm, popout }: { vm: VmView; popout: Popout }) {
  const action = useMachineAction(vm, focusConsole);
  return (
    <PopoutConsole
      vm={vm}
      popout={popout}
      stateIcon={<StateIcon state={vm.state} />}
      restart={<RestartButton action={action} />}
    />
  );
}
