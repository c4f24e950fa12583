import { useEffect } from 'react';
import { Tooltip } from '@base-ui/react/tooltip';
import { BulkResults } from '../features/vms/bulk-results.js';
import { DiagnosticsPage } from '../features/diagnostics/diagnostics-page.js';
import { ForeignPage } from '../features/vms/foreign-page.js';
import { useConnection } from '../stores/connection-store.js';
import { useHost } from '../stores/host-store.js';
import { isWidePlace, selectMachine, showPlace, useUi } from '../stores/ui-store.js';
import { classNames } from '../ui/class-names.js';
import { FLOATS_ID } from '../ui/tooltip.js';
import { ConnectionScreen } from './connection-screen.js';
import { Dialogs } from './dialogs.js';
import { ImagesPlace, ImagesSide } from './images-place.js';
import { KernelsPlace } from './kernels-place.js';
import { NetworksPlace } from './networks-place.js';
import { LayersPlace } from './layers-place.js';
import { MachineView } from './machine-view.js';
import { SideList } from './side-list.js';
import { StartPage } from './start-page.js';
import { TitleBar } from './title-bar.js';
import { useBootWishes } from './use-boot-wishes.js';
import { useForeignLook } from './use-foreign-look.js';
import { useShortcuts } from './use-shortcuts.js';
import './shell.css';

/** The window. */
export function App() {
  const status = useConnection((connection) => connection.status);
  const isLoaded = useConnection(
    (connection) => connection.status === 'connected' || connection.status === 'lost',
  );
  const sideOpen = useUi((ui) => ui.sideOpen);
  const isWide = useUi((ui) => isWidePlace(ui.place));
  const isImages = useUi((ui) => ui.place?.kind === 'images');
  useShortcuts();
  useForeignLook();
  useBootWishes();
  return (
    <Tooltip.Provider>
      <div className={classNames('app', sideOpen && 'side-open')}>
        <TitleBar />
        {isImages ? <ImagesSide isLoaded={isLoaded} /> : !isWide && <SideList isLoaded={isLoaded} />}
        <main className="main">
          {status === 'lost' && (
            <div className="lostbar" role="status">
              The connection to the Paddock host was lost. Machines go on running; connecting again…
            </div>
          )}
          {isLoaded ? <Place /> : <ConnectionScreen />}
          {isLoaded && <BulkResults onShow={selectMachine} />}
          <div id={FLOATS_ID} />
        </main>
      </div>
      {isLoaded && <Dialogs />}
    </Tooltip.Provider>
  );
}

function Place() {
  const place = useUi((ui) => ui.place);
  const selectedId = useUi((ui) => ui.selectedVmId);
  const vm = useHost((state) => (selectedId === null ? undefined : state.vms[selectedId]));
  const foreign = useHost((state) => (place?.kind === 'foreign' ? state.foreign[place.id] : undefined));
  const isVmGone = selectedId !== null && !vm;
  const isForeignGone = place?.kind === 'foreign' && !foreign;
  useEffect(() => {
    if (isForeignGone) showPlace(null);
    else if (isVmGone && place === null) selectMachine(null);
  }, [isVmGone, isForeignGone, place]);
  if (place?.kind === 'diagnostics') return <DiagnosticsPage />;
  if (place?.kind === 'images') return <ImagesPlace />;
  if (place?.kind === 'layers') return <LayersPlace />;
  if (place?.kind === 'networks') return <NetworksPlace />;
  if (place?.kind === 'kernels') return <KernelsPlace />;
  if (foreign) return <ForeignPage key={foreign.id} foreign={foreign} onAdopted={selectMachine} />;
  return vm ? <MachineView vm={vm} /> : <StartPage />;
}
