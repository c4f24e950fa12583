import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { diagramOf, networkNodeId, type Diagram } from '@shared/networks/diagram.js';
import type { NetworkView } from '@shared/networks/network.js';
import { bulkPlan } from '@shared/vms/bulk.js';
import type { VmState } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { doDeed } from '../../stores/bulk-store.js';
import { callHost } from '../../stores/connection-store.js';
import { useFigureWatch } from '../../stores/figures-store.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { disconnection, type Connection } from './canvas/diagram-deeds.js';
import { forgetError, perform, useHistory } from './canvas/history.js';
import { NetworkCanvas } from './canvas/network-canvas.js';
import { savePicture } from './canvas/save-picture.js';
import { move, positionsNow } from './canvas/position-store.js';
import { StateIconContext } from './canvas/state-icons.js';
import { tidy } from './canvas/tidy.js';
import { useCanvasKeys } from './canvas/use-canvas-keys.js';
import { NetworkTable } from './network-table.js';
import { inOrder, networksSummary } from './network-words.js';
import { NetworksBar, type NetworksLook } from './networks-bar.js';
import { NetworksSide } from './networks-side.js';
import { NoNetworks } from './no-networks.js';
import './networks-page.css';

/** What the place takes. */
export interface NetworksPageProps {
  state: Pick<HostState, 'networks' | 'vms'>;
  stateIcon: (vm: Pick<VmView, 'state'>) => ReactNode;
  onNewMachine: () => void;
  onNew: (kind: 'switch' | 'cable') => void;
  onLabs: () => void;
  onChange: (network: NetworkView) => void;
  onShowMachine: (vmId: string) => void;
}

const NARROW = '(max-width: 60rem)';

/** The place of networks: machines, switches and wires as a drawing or as a list, and beside it what is selected. */
export function NetworksPage({ state, stateIcon, ...deeds }: NetworksPageProps) {
  const { networks, vms } = state;
  const diagram = useMemo(() => diagramOf(machinesOf(vms), inOrder(networks)), [vms, networks]);
  const [look, setLook] = useState(lookAtFirst);
  const [selected, select] = useState<string | null>(null);
  const [problem, setProblem] = useState<PaddockError | string | null>(null);
  const { error } = useHistory();
  useFigureWatch();
  const selectedId = isThere(diagram, selected) ? selected : look === 'list' ? firstOf(networks) : null;
  const choose = useCallback((id: string | null) => {
    setProblem(null);
    forgetError();
    select(id);
  }, []);
  const connect = useCallback((connection: Connection) => {
    setProblem(connection.ok ? null : connection.why);
    if (connection.ok) void perform(connection.deed);
  }, []);
  const remove = async ({ id }: NetworkView): Promise<void> => {
    const outcome = await callHost('networks.delete', { id });
    setProblem(outcome.ok ? null : outcome.error);
  };
  const open = (nodeId: string): void => {
    const node = diagram.nodes.find(({ id }) => id === nodeId);
    if (node?.kind === 'machine') deeds.onShowMachine(node.vmId);
    const network = node?.kind === 'network' ? networks[node.networkId] : undefined;
    if (network) deeds.onChange(network);
  };
  const wired = wiredMachines(diagram, vms);
  const isEmpty = diagram.nodes.length === 0;
  const takeAway = (id: string): void => {
    const link = diagram.links.find((one) => one.id === id);
    if (link) return connect(disconnection(link));
    const network = Object.values(networks).find((one) => networkNodeId(one.id) === id);
    if (network) void remove(network);
  };
  useCanvasKeys({
    onDelete: () => selectedId !== null && takeAway(selectedId),
    onEnter: (nodeId) => nodeId === selectedId && open(nodeId),
  });
  const drawState = useCallback((vmState: VmState) => stateIcon({ state: vmState }), [stateIcon]);
  useEffect(() => forgetError, []);
  // It lies over the canvas: what is drawn stays where it is.
  const said = (problem ?? error) !== null && (
    <div className="networkssay">
      {typeof problem === 'string' ? (
        <Note level="warn">{problem}</Note>
      ) : (
        <ErrorNote error={(problem ?? error) as PaddockError} />
      )}
    </div>
  );
  return (
    <div className="networks">
      <NetworksBar
        summary={networksSummary(Object.values(networks))}
        look={look}
        onLook={(next) => {
          localStorage.setItem(LOOK, next);
          setLook(next);
        }}
        onNewMachine={deeds.onNewMachine}
        onNewNetwork={deeds.onNew}
        onLabs={deeds.onLabs}
        onTidy={() => move('Tidy up', tidy(diagram))}
        onPicture={(kind) => void savePicture(kind, diagram, positionsNow()).then(setProblem)}
        onStartAll={() => doDeed('start', wired)}
        onStopAll={() => doDeed('shutdown', wired)}
        reasonAgainstStart={bulkPlan('start', wired).able.length > 0 ? null : 'None is off.'}
        reasonAgainstStop={bulkPlan('shutdown', wired).able.length > 0 ? null : 'None runs.'}
        isEmpty={isEmpty}
      />
      {isEmpty ? (
        <NoNetworks said={said} onNew={() => deeds.onNew('switch')} onLabs={deeds.onLabs} />
      ) : (
        <div className="networksbody">
          {said}
          {look === 'canvas' ? (
            <StateIconContext value={drawState}>
              <NetworkCanvas
                diagram={diagram}
                selectedId={selectedId}
                onSelect={choose}
                onOpen={open}
                onConnect={connect}
              />
            </StateIconContext>
          ) : Object.keys(networks).length === 0 ? (
            // Machines on the internet or on a tap have links all the same.
            <div className="networkcol">
              <NoNetworks onNew={() => deeds.onNew('switch')} onLabs={deeds.onLabs} />
            </div>
          ) : (
            <NetworkTable
              networks={inOrder(networks)}
              vms={vms}
              selectedId={selectedId}
              onSelect={(id) => choose(networkNodeId(id))}
            />
          )}
          <NetworksSide
            diagram={diagram}
            selectedId={selectedId}
            vms={vms}
            networks={networks}
            stateIcon={stateIcon}
            onSelect={choose}
            onConnect={connect}
            onChange={deeds.onChange}
            onDelete={(network) => void remove(network)}
            onShowMachine={deeds.onShowMachine}
          />
        </div>
      )}
    </div>
  );
}

const LOOK = 'paddock.networks.look';

/** As it was left; in a narrow window the list is the way in (look.md). */
function lookAtFirst(): NetworksLook {
  if (matchMedia(NARROW).matches) return 'list';
  return localStorage.getItem(LOOK) === 'list' ? 'list' : 'canvas';
}

/** Those whose cards are their own affair are not drawn: nobody knows where they lead. */
function machinesOf(vms: Readonly<Record<string, VmView>>): VmView[] {
  return Object.values(vms)
    .filter(({ taken }) => !taken)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function wiredMachines({ links }: Diagram, vms: Readonly<Record<string, VmView>>): VmView[] {
  const ids = new Set(links.flatMap(({ plugs }) => plugs.map(({ vmId }) => vmId)));
  return [...ids].flatMap((id) => vms[id] ?? []);
}

const isThere = ({ nodes, links }: Diagram, id: string | null): boolean =>
  nodes.some((node) => node.id === id) || links.some((link) => link.id === id);

function firstOf(networks: Readonly<Record<string, NetworkView>>): string | null {
  const [first] = inOrder(networks);
  return first ? networkNodeId(first.id) : null;
}
